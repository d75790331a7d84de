import CPUBackend
import ONNX
import TensorCore

/// A forward pass as an ONNX graph. It is traced for several shapes of its inputs, and what changes from trace to trace
/// is written as computed from the shapes of the inputs, so the graph takes inputs of any shape.
package enum GraphTranslation {
    /// The set of operations that graphs are written in.
    package static let operationSet = 17

    /// - Parameters:
    ///   - inputs: the inputs of the pass, in order.
    ///   - output: the name of the result, and what it is, in words.
    ///   - weightNames: the names of weights by the identities of their storage.
    ///   - forward: must not read values or depend on them.
    /// - Throws: ``GraphExportError`` for operations that have no form in ONNX, or that depend on the size of the inputs in
    ///   another way than through their shapes; what `forward` throws.
    package static func graph(
        named name: String, inputs: [GraphInput], output: (name: String, description: String),
        weightNames: [UInt64: String], tracing forward: ([Tensor]) throws -> Tensor
    ) throws -> ONNXGraph {
        let plan = TracePlan(inputs)
        var programs: [Program] = []
        for index in plan.samples.indices {
            let trace = TracingBackend(composesAttention: true)
            let tensors = inputs.enumerated().map { trace.input($0, plan.shape(of: $1, trace: index), .rowMajor) }
            programs.append(trace.program(for: try forward(tensors)).withoutDeadCode())
        }
        let translator = GraphTranslator(programs, plan, inputs, weightNames)
        let value = try translator.translated()
        translator.builder.output(value, named: output.name)
        var graph = ONNXGraph(name: name)
        (graph.nodes, graph.initializers) = (translator.builder.nodes, translator.builder.initializers)
        graph.inputs = inputs.map { input in
            let extents = input.extents.map { extent -> ONNXValue.Extent in
                switch extent {
                case .fixed(let number): .fixed(number)
                case .free(let axis): .free(axis.name)
                }
            }
            return ONNXValue(
                input.name, input.isIndex ? .int64 : .float32, extents, description: input.description)
        }
        graph.outputs = [
            ONNXValue(output.name, .float32, translator.outputExtents, description: output.description)
        ]
        return graph
    }
}

/// Writes the operations of a traced program, one after the other.
final class GraphTranslator {
    let builder: GraphBuilder
    let plan: TracePlan
    private let programs: [Program]
    private let inputs: [GraphInput]
    /// The names of values by instruction.
    private var names: [String] = []
    private var measured: [ExtentFormula: String] = [:]

    init(_ programs: [Program], _ plan: TracePlan, _ inputs: [GraphInput], _ weightNames: [UInt64: String]) {
        (self.programs, self.plan, self.inputs) = (programs, plan, inputs)
        builder = GraphBuilder(weightNames: weightNames, inputs: inputs.map(\.name))
    }

    /// An instruction in all traces, with the names of its operands.
    struct Step {
        let all: [Program.Instruction]
        let operands: [String]
        /// The shapes of the operands: for each operand, for each trace.
        let operandShapes: [[Shape]]
        var instruction: Program.Instruction { all[0] }
        var shapes: [Shape] { all.map(\.shape) }
        var rank: Int { all[0].shape.rank }

        /// The extents along an axis, one for each trace.
        func extents(_ axis: Int) -> [Int] { all.map { $0.shape[axis] } }
        /// The same of an operand.
        func extents(of operand: Int, _ axis: Int) -> [Int] { operandShapes[operand].map { $0[axis] } }
        /// An extent that is the same in all traces.
        func fixed(of operand: Int, _ axis: Int) throws(GraphExportError) -> Int {
            let extents = extents(of: operand, axis)
            guard Set(extents).count == 1 else { throw .dependsOnSize(instruction.description) }
            return extents[0]
        }
        var dependsOnSize: GraphExportError { .dependsOnSize(instruction.description) }
        var unsupported: GraphExportError { .unsupported(instruction.description) }
    }

    /// Writes all operations and returns the name of the result.
    func translated() throws(GraphExportError) -> String {
        let first = programs[0]
        guard programs.allSatisfy({ $0.instructions.count == first.instructions.count && $0.output == first.output })
        else { throw .dependsOnSize("the order of its operations") }
        for index in first.instructions.indices {
            let all = programs.map { $0[index] }
            guard all.allSatisfy({ $0.operands == all[0].operands && $0.shape.rank == all[0].shape.rank }) else {
                throw .dependsOnSize(all[0].description)
            }
            let step = Step(
                all: all, operands: all[0].operands.map { names[$0] },
                operandShapes: all[0].operands.map { operand in programs.map { $0[operand].shape } })
            names.append(try translated(step))
        }
        return names[first.output]
    }

    /// The extents of the result.
    var outputExtents: [ONNXValue.Extent] {
        let shapes = programs.map { $0[$0.output].shape }
        let words = ["batch", "channels", "output_height", "output_width"]
        return (0..<shapes[0].rank).map { axis in
            let extents = shapes.map { $0[axis] }
            if Set(extents).count == 1 { return .fixed(extents[0]) }
            let known = plan.axes.indices.first { place in plan.samples.map { $0[place] } == extents }
            return .free(known.map { plan.axes[$0].name } ?? (axis < words.count ? words[axis] : "extent_\(axis)"))
        }
    }

    private func translated(_ step: Step) throws(GraphExportError) -> String {
        let operands = step.operands
        switch step.instruction.action {
        case .input(let index):
            let input = inputs[index]
            return input.isIndex ? builder.node("Cast", [input.name], ["to": .integer(1)]) : input.name
        case .constant: return try constant(step)
        case .convolution(let planned):
            let geometries = step.all.compactMap { instruction -> ConvolutionGeometry? in
                if case .convolution(let planned) = instruction.action { planned.geometry } else { nil }
            }
            guard planned.epilogue.isBiasOnly else { throw step.unsupported }
            let weight = builder.tensor(planned.weight)
            let bias = planned.epilogue.bias.map { [builder.tensor($0)] } ?? []
            return try convolution(step, planned.pass, geometries, [operands[0], weight] + bias)
        case .pointwise(let epilogue): return try activation(step, epilogue)
        case .concatenation: return builder.node("Concat", operands, ["axis": .integer(1)])
        case .view: return try reshaped(operands[0], step.operandShapes[0], to: step.shapes, step)
        case .arrangement: return operands[0]
        case .pixelShuffle(let factor):
            guard operands.count == 1 else { throw step.unsupported }
            return builder.node("DepthToSpace", operands, ["blocksize": .integer(factor), "mode": .text("CRD")])
        case .unary(let operation): return try unary(step, operation)
        case .binary(let operation): return try binary(step, operation)
        case .channelAffine(let slope):
            guard slope == 1 else { throw step.unsupported }
            return try channelAffine(step)
        case .axisMap(_, let axis):
            let maps = step.all.compactMap { instruction -> AxisMap? in
                if case .axisMap(let map, axis) = instruction.action { map } else { nil }
            }
            return try mapped(operands[0], step.operandShapes[0], maps, axis: axis, step)
        case .upscaling: throw step.unsupported
        case .kernel: return try kernel(step)
        }
    }

    // MARK: Shapes

    /// A row of one whole number that follows from the shapes of the inputs.
    func number(_ formula: ExtentFormula) -> String {
        if let constant = formula.constant { return builder.list([constant]) }
        if let known = measured[formula] { return known }
        let extents = formula.axes.map { axis -> String in
            let alone = ExtentFormula(factor: 1, axes: [axis], offset: 0, divisor: 1)
            if let known = measured[alone] { return known }
            for input in inputs {
                guard let place = input.extents.firstIndex(of: .free(plan.axes[axis])) else { continue }
                let shape = builder.node("Shape", [input.name])
                let extent = builder.node("Gather", [shape, builder.list([place])], ["axis": .integer(0)])
                measured[alone] = extent
                return extent
            }
            return builder.list([1])
        }
        var value = extents.dropFirst().reduce(extents[0]) { builder.node("Mul", [$0, $1]) }
        if formula.factor != 1 { value = builder.node("Mul", [value, builder.list([formula.factor])]) }
        if formula.offset != 0 { value = builder.node("Add", [value, builder.list([formula.offset])]) }
        if formula.divisor != 1 { value = builder.node("Div", [value, builder.list([formula.divisor])]) }
        measured[formula] = value
        return value
    }

    /// A row of one whole number for each trace.
    func number(_ values: [Int], _ step: Step) throws(GraphExportError) -> String {
        guard let formula = plan.formula(values) else { throw step.dependsOnSize }
        return number(formula)
    }

    /// The numbers of several formulas in one row.
    func row(_ columns: [[Int]], _ step: Step) throws(GraphExportError) -> String {
        if columns.allSatisfy({ Set($0).count == 1 }) { return builder.list(columns.map { $0[0] }) }
        var numbers: [String] = []
        for column in columns { numbers.append(try number(column, step)) }
        return builder.node("Concat", numbers, ["axis": .integer(0)])
    }

    func reshaped(
        _ value: String, _ source: [Shape], to target: [Shape], _ step: Step
    ) throws(GraphExportError) -> String {
        if source == target { return value }
        // 0 keeps an extent, −1 is what is left.
        var columns = (0..<target[0].rank).map { axis -> [Int] in
            let extents = target.map { $0[axis] }
            let isKept = axis < source[0].rank && source.map { $0[axis] } == extents
            return Set(extents).count > 1 && isKept ? extents.map { _ in 0 } : extents
        }
        if let open = columns.lastIndex(where: { Set($0).count > 1 }) { columns[open] = columns[open].map { _ in -1 } }
        return builder.node("Reshape", [value, try row(columns, step)])
    }

    /// The value repeated to larger shapes.
    func expanded(
        _ value: String, _ source: [Shape], to target: [Shape], _ step: Step
    ) throws(GraphExportError) -> String {
        if source == target { return value }
        let missing = target[0].rank - source[0].rank
        let columns = (0..<target[0].rank).map { axis -> [Int] in
            let extents = target.map { $0[axis] }
            return axis >= missing && source.map { $0[axis - missing] } == extents ? extents.map { _ in 1 } : extents
        }
        return builder.node("Expand", [value, try row(columns, step)])
    }

    // MARK: Constants

    /// A constant whose shape follows from that of the inputs is the same along those axes, or repeats.
    private func constant(_ step: Step) throws(GraphExportError) -> String {
        let tensors = step.all.compactMap { instruction -> Tensor? in
            if case .constant(let tensor) = instruction.action { tensor } else { nil }
        }
        guard tensors.count == step.all.count else { throw step.dependsOnSize }
        var parts = tensors
        var repeats = [[Int]](repeating: step.all.map { _ in 1 }, count: step.rank)
        for axis in 0..<step.rank where Set(step.extents(axis)).count > 1 {
            let common = step.extents(axis).reduce(0) { Self.greatestDivisor($0, $1) }
            guard let period = [1, common].first(where: { period in parts.allSatisfy { $0.repeats(period, axis) } })
            else { throw step.dependsOnSize }
            if period > 1 { repeats[axis] = parts.map { $0.shape[axis] / period } }
            parts = parts.map { $0.slice(axis: axis, from: 0, count: period) }
        }
        let isOne = parts.dropFirst().allSatisfy { part in
            part.storage.identity == parts[0].storage.identity || part.hasValues(of: parts[0])
        }
        guard isOne else { throw step.dependsOnSize }
        var (name, shapes) = (builder.tensor(parts[0]), parts.map(\.shape))
        if repeats.contains(where: { Set($0).count > 1 }) {
            name = builder.node("Tile", [name, try row(repeats, step)])
            shapes = shapes.enumerated().map { trace, shape in
                Shape(shape.dimensions.enumerated().map { $1 * repeats[$0][trace] })
            }
        }
        return try expanded(name, shapes, to: step.shapes, step)
    }

    private static func greatestDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestDivisor(b, a % b) }
}

extension Tensor {
    /// Whether both have one shape and the same values.
    fileprivate func hasValues(of other: Tensor) -> Bool {
        shape == other.shape && withValues { own in other.withValues { own.elementsEqual($0) } }
    }

    /// Whether the values along an axis are the first ones again and again.
    fileprivate func repeats(_ period: Int, _ axis: Int) -> Bool {
        let first = slice(axis: axis, from: 0, count: period)
        return stride(from: period, to: shape[axis], by: period).allSatisfy {
            slice(axis: axis, from: $0, count: period).hasValues(of: first)
        }
    }
}

extension Epilogue {
    /// Whether it adds a bias and does nothing else.
    fileprivate var isBiasOnly: Bool {
        guard case .none = activation else { return false }
        return multipliers == nil && scale == 1 && added.isEmpty
    }
}
