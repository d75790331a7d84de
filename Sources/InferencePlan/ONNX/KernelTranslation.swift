import ONNX
import TensorCore

// Kernels by their form: products, convolutions, normalizations, reductions, arrangements and lookups.

extension GraphTranslator {
    func kernel(_ step: Step) throws(GraphExportError) -> String {
        let operands = step.operands
        guard let form = step.instruction.form, step.all.allSatisfy({ $0.form != nil }) else { throw step.unsupported }
        switch form {
        case .matrixProduct(let sizes): return matrixProduct(step, sizes)
        case .convolution(let pass, _):
            let geometries = step.all.compactMap { instruction -> ConvolutionGeometry? in
                if case .convolution(_, let geometry)? = instruction.form { geometry } else { nil }
            }
            return try convolution(step, pass, geometries, operands)
        case .moments(let sets): return try moments(step, sets)
        case .observer: return operands[0]
        case .normalization(let sets): return try normalized(step, sets)
        case .layerNorm(let hasGamma, let hasBeta, let epsilon):
            return try layerNorm(step, hasGamma: hasGamma, hasBeta: hasBeta, epsilon: epsilon)
        case .prelu:
            let source = step.operandShapes[1]
            let pixels = [Int](repeating: 1, count: max(step.rank - 2, 0))
            let weights = try reshaped(
                operands[1], source, to: source.map { Shape($0.dimensions + pixels) }, step)
            return rectified(operands[0], negativeTimes: weights)
        case .selection:
            let condition = builder.node("Cast", [operands[0]], ["to": .integer(9)])
            return builder.node("Where", [condition, operands[1], operands[2]])
        case .broadcast: return try expanded(operands[0], step.operandShapes[0], to: step.shapes, step)
        case .weightedSum(let scale):
            return builder.node("Add", [builder.node("Mul", [operands[0], builder.scalar(scale)]), operands[1]])
        case .reduction(.sum, let axes):
            return builder.node("ReduceSum", [operands[0], builder.list(axes)], ["keepdims": .integer(1)])
        case .reduction(.maximum, let axes):
            return builder.node("ReduceMax", operands, ["axes": .integers(axes), "keepdims": .integer(1)])
        case .softmax(let logarithm):
            return builder.node(logarithm ? "LogSoftmax" : "Softmax", operands, ["axis": .integer(-1)])
        case .permutation(let order): return builder.node("Transpose", operands, ["perm": .integers(order)])
        case .repeated(let margins): return try repeated(step, margins)
        case .concatenation(let axis): return builder.node("Concat", operands, ["axis": .integer(axis)])
        case .pixelUnshuffle(let factor): return try pixelUnshuffle(step, factor)
        case .rows(let list):
            for case .rows(let other)? in step.all.map(\.form) where other.indices != list.indices {
                throw step.dependsOnSize
            }
            let positions = builder.list(list.indices.map(Int.init))
            return builder.node("Gather", [operands[0], positions], ["axis": .integer(0)])
        case .rowsAtPositions:
            let positions = builder.node("Cast", [operands[1]], ["to": .integer(7)])
            return builder.node("Gather", [operands[0], positions], ["axis": .integer(0)])
        case .order:
            // Of equal values, TopK takes the first position first.
            let count = try number(step.extents(step.rank - 1), step)
            let attributes: [String: ONNXAttribute] = ["axis": .integer(-1), "largest": .integer(0)]
            let order = builder.second(of: "TopK", [operands[0], count], attributes)
            return builder.node("Cast", [order], ["to": .integer(1)])
        case .largest(let window, let stride, let padding):
            return builder.node(
                "MaxPool", operands,
                [
                    "kernel_shape": .integers([window, window]), "strides": .integers([stride, stride]),
                    "pads": .integers([padding, padding, padding, padding]),
                ])
        }
    }

    private func matrixProduct(_ step: Step, _ sizes: MatrixProductSizes) -> String {
        let ranks = step.operandShapes.map { $0[0].rank }
        if ranks == [2, 2] {
            return builder.node(
                "Gemm", step.operands,
                [
                    "transA": .integer(sizes.isLeftTransposed ? 1 : 0),
                    "transB": .integer(sizes.isRightTransposed ? 1 : 0),
                ])
        }
        func turned(_ operand: Int, _ isTransposed: Bool) -> String {
            guard isTransposed else { return step.operands[operand] }
            var order = Array(0..<ranks[operand])
            order.swapAt(order.count - 1, order.count - 2)
            return builder.node("Transpose", [step.operands[operand]], ["perm": .integers(order)])
        }
        return builder.node(
            "MatMul", [turned(0, sizes.isLeftTransposed), turned(1, sizes.isRightTransposed)])
    }

    /// - Parameter operands: the input, the weight and, if there is one, the bias.
    func convolution(
        _ step: Step, _ pass: ConvolutionPass, _ geometries: [ConvolutionGeometry], _ operands: [String]
    ) throws(GraphExportError) -> String {
        let g = geometries[0]
        func isAlike(_ other: ConvolutionGeometry) -> Bool {
            var adapted = other
            (adapted.batch, adapted.inputHeight, adapted.inputWidth) = (g.batch, g.inputHeight, g.inputWidth)
            return adapted == g
        }
        guard pass != .weightGradient, geometries.count == step.all.count else { throw step.unsupported }
        guard geometries.allSatisfy(isAlike) else { throw step.dependsOnSize }
        var attributes: [String: ONNXAttribute] = [
            "kernel_shape": .integers([g.kernelHeight, g.kernelWidth]),
            "strides": .integers([g.strideHeight, g.strideWidth]),
            "dilations": .integers([g.dilationHeight, g.dilationWidth]),
            "pads": .integers([g.padTop, g.padLeft, g.padBottom, g.padRight]),
            "group": .integer(g.groups),
        ]
        if pass == .forward { return builder.node("Conv", operands, attributes) }
        let added = geometries.map { g in
            [
                g.inputHeight - (g.outputHeight - 1) * g.strideHeight + g.padTop + g.padBottom
                    - g.dilationHeight * (g.kernelHeight - 1) - 1,
                g.inputWidth - (g.outputWidth - 1) * g.strideWidth + g.padLeft + g.padRight
                    - g.dilationWidth * (g.kernelWidth - 1) - 1,
            ]
        }
        guard Set(added).count == 1 else { throw step.dependsOnSize }
        attributes["output_padding"] = .integers(added[0])
        return builder.node("ConvTranspose", operands, attributes)
    }

    private func axes(_ sets: NormalizationSets, rank: Int) -> [Int] {
        switch sets {
        case .channels: [0] + Array(2..<max(rank, 2))
        case .channelsOfSamples: Array(2..<rank)
        case .rows: [rank - 1]
        }
    }

    private func moments(_ step: Step, _ sets: NormalizationSets) throws(GraphExportError) -> String {
        let rank = step.operandShapes[0][0].rank
        let attributes: [String: ONNXAttribute] = ["axes": .integers(axes(sets, rank: rank)), "keepdims": .integer(1)]
        let mean = builder.node("ReduceMean", [step.operands[0]], attributes)
        let distance = builder.node("Sub", [step.operands[0], mean])
        let variance = builder.node("ReduceMean", [builder.node("Mul", [distance, distance])], attributes)
        let rows = [mean, variance].map { builder.node("Reshape", [$0, builder.list([1, -1])]) }
        return builder.node("Concat", rows, ["axis": .integer(0)])
    }

    private func normalized(_ step: Step, _ sets: NormalizationSets) throws(GraphExportError) -> String {
        let pixels = [Int](repeating: 1, count: max(step.rank - 2, 0))
        let shape =
            switch sets {
            case .channels: [1, try step.fixed(of: 0, 1)] + pixels
            case .channelsOfSamples: [-1, try step.fixed(of: 0, 1)] + pixels
            case .rows: [-1] + [Int](repeating: 1, count: step.rank - 1)
            }
        let numbers = step.operands.dropFirst().map { builder.node("Reshape", [$0, builder.list(shape)]) }
        let y = builder.node("Add", [builder.node("Mul", [step.operands[0], numbers[0]]), numbers[1]])
        return numbers.count > 2 ? rectified(y, negativeTimes: numbers[2]) : y
    }

    /// Over the channels of every pixel.
    private func layerNorm(
        _ step: Step, hasGamma: Bool, hasBeta: Bool, epsilon: Float
    ) throws(GraphExportError) -> String {
        let attributes: [String: ONNXAttribute] = ["axes": .integers([1]), "keepdims": .integer(1)]
        let mean = builder.node("ReduceMean", [step.operands[0]], attributes)
        let distance = builder.node("Sub", [step.operands[0], mean])
        let variance = builder.node("ReduceMean", [builder.node("Mul", [distance, distance])], attributes)
        let deviation = builder.node("Sqrt", [builder.node("Add", [variance, builder.scalar(epsilon)])])
        var y = builder.node("Div", [distance, deviation])
        var place = 1
        for (isThere, operation) in [(hasGamma, "Mul"), (hasBeta, "Add")] where isThere {
            let source = step.operandShapes[place]
            let target = source.map { Shape([$0.count, 1, 1]) }
            y = builder.node(operation, [y, try reshaped(step.operands[place], source, to: target, step)])
            place += 1
        }
        return y
    }

    /// ONNX has the pixel of a block before the channel; here the channel comes first.
    private func pixelUnshuffle(_ step: Step, _ factor: Int) throws(GraphExportError) -> String {
        let (channels, square) = (try step.fixed(of: 0, 1), factor * factor)
        let folded = builder.node("SpaceToDepth", step.operands, ["blocksize": .integer(factor)])
        let order = (0..<channels * square).map { $0 % square * channels + $0 / square }
        return builder.node("Gather", [folded, builder.list(order)], ["axis": .integer(1)])
    }

    private func repeated(_ step: Step, _ margins: Margins) throws(GraphExportError) -> String {
        let rows = step.extents(of: 0, 2).map { margins.rows(height: $0) }
        let columns = step.extents(of: 0, 3).map { margins.columns(width: $0) }
        let tall = try mapped(step.operands[0], step.operandShapes[0], rows, axis: 2, step)
        let shapes = zip(step.operandShapes[0], rows).map { $0.replacing(2, with: $1.outputLength) }
        return try mapped(tall, shapes, columns, axis: 3, step)
    }
}
