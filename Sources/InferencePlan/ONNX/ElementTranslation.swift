import ONNX
import TensorCore

// Operations on single values, and those with one number for each channel.

extension GraphTranslator {
    func unary(_ step: Step, _ operation: UnaryOperation) throws(GraphExportError) -> String {
        let x = step.operands[0]
        func compared(_ comparison: String, _ bound: Float) -> String {
            builder.node(comparison, [x, builder.scalar(bound)])
        }
        let same = step.all.allSatisfy { instruction in
            if case .unary(operation) = instruction.action { true } else { false }
        }
        guard same else { return try quotient(step) }
        switch operation {
        case .function(let function): return try value(of: function, x, step)
        case .negate: return builder.node("Neg", [x])
        case .sign: return builder.node("Sign", [x])
        case .reciprocalSquareRoot: return builder.node("Reciprocal", [builder.node("Sqrt", [x])])
        case .round: return builder.node("Round", [x])
        case .affine(let scale, let offset):
            let scaled = scale == 1 ? x : builder.node("Mul", [x, builder.scalar(scale)])
            return offset == 0 ? scaled : builder.node("Add", [scaled, builder.scalar(offset)])
        case .power(let exponent): return builder.node("Pow", [x, builder.scalar(exponent)])
        case .clamp(let low, let high): return builder.node("Clip", [x, builder.scalar(low), builder.scalar(high)])
        case .isInside(let low, let high):
            let inside = builder.node("And", [compared("GreaterOrEqual", low), compared("LessOrEqual", high)])
            return builder.node("Cast", [inside], ["to": .integer(1)])
        }
    }

    private func value(of function: UnaryFunction, _ x: String, _ step: Step) throws(GraphExportError) -> String {
        switch function {
        case .absolute: builder.node("Abs", [x])
        case .square: builder.node("Mul", [x, x])
        case .squareRoot: builder.node("Sqrt", [x])
        case .reciprocal: builder.node("Reciprocal", [x])
        case .exponential: builder.node("Exp", [x])
        case .logarithm: builder.node("Log", [x])
        case .sine: builder.node("Sin", [x])
        case .cosine: builder.node("Cos", [x])
        case .sigmoid: builder.node("Sigmoid", [x])
        case .softplus: builder.node("Softplus", [x])
        case .silu: builder.node("Mul", [x, builder.node("Sigmoid", [x])])
        case .mish: builder.node("Mul", [x, builder.node("Tanh", [builder.node("Softplus", [x])])])
        case .gelu: builder.node("Mul", [x, normalCDF(x)])
        case .normalCDF: normalCDF(x)
        }
    }

    /// (1 + erf(x / √2)) / 2.
    private func normalCDF(_ x: String) -> String {
        let area = builder.node("Erf", [builder.node("Mul", [x, builder.scalar(Float(0.5).squareRoot())])])
        return builder.node("Mul", [builder.node("Add", [area, builder.scalar(1)]), builder.scalar(0.5)])
    }

    /// A scale that differs from trace to trace is that of a mean: one over a number of pixels.
    private func quotient(_ step: Step) throws(GraphExportError) -> String {
        var divisors: [Int] = []
        var offsets: Set<Float> = []
        for instruction in step.all {
            guard case .unary(.affine(let scale, let offset)) = instruction.action, scale > 1e-9 else {
                throw step.dependsOnSize
            }
            let divisor = (1 / scale).rounded()
            guard abs(1 / divisor - scale) <= scale * 1e-6 else { throw step.dependsOnSize }
            divisors.append(Int(divisor))
            offsets.insert(offset)
        }
        guard offsets.count == 1, let offset = offsets.first else { throw step.dependsOnSize }
        let count = builder.node("Cast", [try number(divisors, step)], ["to": .integer(1)])
        let mean = builder.node("Div", [step.operands[0], count])
        return offset == 0 ? mean : builder.node("Add", [mean, builder.scalar(offset)])
    }

    func binary(_ step: Step, _ operation: BinaryOperation) throws(GraphExportError) -> String {
        let names: [BinaryOperation: String] = [
            .add: "Add", .subtract: "Sub", .multiply: "Mul", .divide: "Div", .maximum: "Max", .minimum: "Min",
        ]
        if let name = names[operation] { return builder.node(name, step.operands) }
        let comparisons: [BinaryOperation: String] = [
            .isGreater: "Greater", .isGreaterOrEqual: "GreaterOrEqual", .isEqual: "Equal",
        ]
        guard let comparison = comparisons[operation] else { throw step.unsupported }
        return builder.node("Cast", [builder.node(comparison, step.operands)], ["to": .integer(1)])
    }

    func activation(_ step: Step, _ epilogue: Epilogue) throws(GraphExportError) -> String {
        guard epilogue.multipliers == nil, epilogue.bias == nil, epilogue.scale == 1, epilogue.added.isEmpty else {
            throw step.unsupported
        }
        let x = step.operands[0]
        switch epilogue.activation {
        case .none: return x
        case .relu: return builder.node("Relu", [x])
        case .leakyReLU(let slope): return builder.node("LeakyRelu", [x], ["alpha": .float(slope)])
        case .tanh: return builder.node("Tanh", [x])
        case .sigmoid: return try value(of: .sigmoid, x, step)
        case .silu: return try value(of: .silu, x, step)
        case .mish: return try value(of: .mish, x, step)
        case .gelu: return try value(of: .gelu, x, step)
        case .prelu(let weights):
            let pixels = [Int](repeating: 1, count: max(step.rank - 2, 0))
            return builder.node("PRelu", [x, builder.tensor(weights, as: Shape([weights.count] + pixels))])
        }
    }

    /// Negative values times a number for each channel.
    func rectified(_ x: String, negativeTimes weights: String) -> String {
        let positive = builder.node("Relu", [x])
        let negative = builder.node("Sub", [x, positive])
        return builder.node("Add", [positive, builder.node("Mul", [negative, weights])])
    }

    func channelAffine(_ step: Step) throws(GraphExportError) -> String {
        var factors: [String] = []
        for operand in [1, 2] {
            let source = step.operandShapes[operand]
            let pixels = [Int](repeating: 1, count: max(step.rank - 2, 0))
            let target = source.map { Shape($0.dimensions + pixels) }
            factors.append(try reshaped(step.operands[operand], source, to: target, step))
        }
        return builder.node("Add", [builder.node("Mul", [step.operands[0], factors[0]]), factors[1]])
    }
}
