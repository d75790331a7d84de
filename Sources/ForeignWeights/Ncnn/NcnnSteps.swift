import Files
import TensorCore

/// The steps of an ncnn graph in order. ncnn does not keep PyTorch's names. A graph with exactly the steps of a known
/// network gets that network's names; any other graph is refused.
package struct NcnnSteps: Sendable {
    /// The steps in order.
    package private(set) var steps: [Step] = []
    /// The tensors of the steps that have any.
    package private(set) var layers: [(weight: Tensor, bias: Tensor?)] = []

    /// The shapes of all weights, in the order of the steps that have any.
    package var shapes: [Shape] { layers.map(\.weight.shape) }

    init(_ reader: ONNXStepReader) { (steps, layers) = (reader.steps, reader.layers) }

    /// - Throws: ``ForeignWeightsError/Cause`` for steps that no known network has.
    init(_ model: NcnnModel) throws(ForeignWeightsError.Cause) {
        for layer in model.graph.layers where layer.type != "Input" && layer.type != "Split" && layer.type != "Noop" {
            try append(layer, model)
            guard Self.weighted.contains(layer.type) else { continue }
            guard let weight = model.tensors[layer.name + ".weight"] else {
                throw Self.unknown(layer, "without weights")
            }
            // ncnn keeps the outputs of a transposed convolution first, PyTorch its inputs.
            let turned = layer.type == "Deconvolution" ? weight.transposed(0, 1) : weight
            layers.append((turned, model.tensors[layer.name + ".bias"]))
        }
    }

    private static let weighted: Set = ["Convolution", "Deconvolution", "InnerProduct", "PReLU"]

    private mutating func append(_ layer: NcnnGraph.Layer, _ model: NcnnModel) throws(ForeignWeightsError.Cause) {
        func unknown(_ what: String) -> ForeignWeightsError.Cause { Self.unknown(layer, what) }
        switch layer.type {
        case "Convolution", "Deconvolution": steps.append(try convolution(layer))
        case "InnerProduct":
            switch layer.count(9) {
            case 1: steps.append(.connected(.relu))
            case 4: steps.append(.connected(.sigmoid))
            default: throw unknown("a linear layer with another activation")
            }
        case "ReLU":
            guard steps.last == .convolution(slope: nil) else { throw unknown("an activation behind no convolution") }
            steps[steps.count - 1] = .convolution(slope: rounded(layer.numbers[0] ?? 0))
        case "PReLU": steps.append(.weights)
        case "Swish": steps.append(.silu)
        case "Sigmoid": steps.append(.sigmoid)
        case "MemoryData":
            let values = model.tensors[layer.name + ".weight"]?.values ?? []
            guard values.count <= 64 else { throw unknown("a large array of constants") }
            steps.append(.constants(values.map { rounded(Double($0)) }))
        case "Pooling":
            guard layer.count(0) == 1, layer.count(4) == 1 else { throw unknown("a pooling of windows") }
            steps.append(.means)
        case "Crop":
            // Either the offset of the second operand in the first, or where each axis begins and ends.
            let starts = layer.arrays[9] ?? [layer.numbers[0] ?? 0, layer.numbers[1] ?? 0]
            guard let amount = starts.first.flatMap({ Int(exactly: $0) }), starts.allSatisfy({ $0 == starts[0] }),
                layer.arrays[10].map({ ends in ends.allSatisfy { $0 == -starts[0] } }) ?? (layer.inputs.count == 2)
            else { throw unknown("an uneven crop") }
            steps.append(.crop(amount))
        case "Scale" where layer.inputs.count == 2: steps.append(.multiply)
        case "Concat": steps.append(.join(layer.inputs.count))
        case "PixelShuffle": steps.append(.shuffle(layer.count(0, default: 1) ?? 0))
        case "Interp":
            let factor = rounded(layer.numbers[1] ?? 0)
            guard factor == rounded(layer.numbers[2] ?? 0) else { throw unknown("an uneven resize") }
            switch layer.count(0) {
            case 1: steps.append(.nearest(factor))
            case 3: steps.append(.bicubic(factor))
            default: throw unknown("a resize of another kind")
            }
        case "Eltwise" where layer.count(0) == 1:
            let factors = (layer.arrays[1] ?? [1, 1]).map(rounded)
            guard factors.count == 2, factors[1] == 1 else { throw unknown("an addition with factors") }
            steps.append(factors[0] == 1 ? .add : .scaledAdd(factors[0]))
        case "BinaryOp" where layer.count(0) == 0 && layer.count(1) == 0:
            if case .scale(let factor)? = steps.last {
                steps[steps.count - 1] = .scaledAdd(factor)
            } else {
                steps.append(.add)
            }
        case "BinaryOp" where layer.count(0) == 2 && layer.count(1) == 1:
            steps.append(.scale(rounded(layer.numbers[2] ?? 1)))
        case "BinaryOp" where layer.count(0) == 1 && layer.count(1) == 0: steps.append(.subtract)
        case "BinaryOp" where layer.count(0) == 2 && layer.count(1) == 0: steps.append(.multiply)
        case "BinaryOp" where layer.count(0) == 0 && layer.count(1) == 1:
            steps.append(.offset(rounded(layer.numbers[2] ?? 0)))
        case "BinaryOp" where layer.count(0) == 1 && layer.count(1) == 1:
            steps.append(.offset(-rounded(layer.numbers[2] ?? 0)))
        default: throw unknown("a \(printable(layer.type))")
        }
    }

    private func convolution(_ layer: NcnnGraph.Layer) throws(ForeignWeightsError.Cause) -> Step {
        func unknown(_ what: String) -> ForeignWeightsError.Cause { Self.unknown(layer, what) }
        guard let kernel = layer.count(1), let stride = layer.count(3, default: 1), let padding = layer.count(4),
            layer.count(2, default: 1) == 1, layer.count(11, default: kernel) == kernel
        else { throw unknown("a convolution with dilation or an oblong kernel") }
        let slope: Double?
        switch layer.count(9) {
        case 0: slope = nil
        case 1: slope = 0
        case 2: slope = layer.arrays[10]?.first.map(rounded)
        default: throw unknown("a convolution with another activation")
        }
        if layer.type == "Deconvolution" {
            guard layer.count(18) == 0 else { throw unknown("a transposed convolution with output padding") }
            return .transposed(kernel: kernel, stride: stride, padding: padding, slope: slope)
        }
        if stride == 1, kernel % 2 == 1, padding == kernel / 2 { return .convolution(slope: slope) }
        guard padding == 0 else { throw unknown("a convolution with stride or other borders") }
        return .inside(kernel: kernel, stride: stride, slope: slope)
    }

    private static func unknown(_ layer: NcnnGraph.Layer, _ what: String) -> ForeignWeightsError.Cause {
        .unknownNetwork("the ncnn layer \(printable(layer.name)) is \(what), as in no network that is known here")
    }

    /// Factors are written as text from float32.
    private func rounded(_ value: Double) -> Double { (value * 1e5).rounded() / 1e5 }

    /// - Throws: ``ForeignWeightsError/Cause`` with the first unexpected step.
    package func check(against expected: [Step], of network: String) throws(ForeignWeightsError.Cause) {
        if let index = zip(steps, expected).enumerated().first(where: { $1.0 != $1.1 })?.offset {
            throw .unknownNetwork(
                "step \(index + 1) of the graph is \(steps[index]) where \(network) has \(expected[index])")
        }
        guard steps.count == expected.count else {
            throw .unknownNetwork(
                "the graph has \(steps.count) steps where \(network) has \(expected.count)")
        }
    }
}
