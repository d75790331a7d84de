import Files
import TensorCore

/// The steps of an ncnn graph in order. ncnn does not keep PyTorch's names. A graph with exactly the steps of a known
/// network gets that network's names; any other graph is refused.
package struct NcnnSteps: Sendable {
    /// The operation of one step.
    package enum Step: Sendable, Equatable, CustomStringConvertible {
        /// A convolution that keeps the size, followed by leaky ReLU unless `slope` is nil.
        case convolution(slope: Double?)
        /// PReLU, with learned weights.
        case weights
        /// The concatenation of this many operands.
        case join(Int)
        /// The sum of two operands.
        case add
        /// The first operand times a number, plus the second.
        case scaledAdd(Double)
        /// The operand times a number.
        case scale(Double)
        /// Channels become pixels.
        case shuffle(Int)
        /// A resize by the nearest neighbor.
        case nearest(Double)
        /// A bicubic resize.
        case bicubic(Double)

        /// A description of the step.
        package var description: String {
            switch self {
            case .convolution(let slope): slope.map { "a convolution with leaky ReLU \($0)" } ?? "a convolution"
            case .weights: "PReLU"
            case .join(let count): "a concatenation of \(count)"
            case .add: "an addition"
            case .scaledAdd(let factor): "an addition of \(factor) times"
            case .scale(let factor): "a multiplication by \(factor)"
            case .shuffle(let factor): "a pixel shuffle by \(factor)"
            case .nearest(let factor): "a nearest-neighbor resize by \(factor)"
            case .bicubic(let factor): "a bicubic resize by \(factor)"
            }
        }
    }

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
            try append(layer)
            guard Self.weighted.contains(layer.type) else { continue }
            guard let weight = model.tensors[layer.name + ".weight"] else {
                throw Self.unknown(layer, "without weights")
            }
            layers.append((weight, model.tensors[layer.name + ".bias"]))
        }
    }

    private static let weighted: Set = ["Convolution", "PReLU"]

    private mutating func append(_ layer: NcnnGraph.Layer) throws(ForeignWeightsError.Cause) {
        func unknown(_ what: String) -> ForeignWeightsError.Cause { Self.unknown(layer, what) }
        switch layer.type {
        case "Convolution":
            let kernel = layer.count(1) ?? 0
            guard layer.count(2, default: 1) == 1, layer.count(3, default: 1) == 1, kernel % 2 == 1,
                layer.count(4) == kernel / 2
            else { throw unknown("a convolution with stride, dilation or other borders") }
            switch layer.count(9) {
            case 0: steps.append(.convolution(slope: nil))
            case 1: steps.append(.convolution(slope: 0))
            case 2: steps.append(.convolution(slope: layer.arrays[10]?.first.map(rounded)))
            default: throw unknown("a convolution with another activation")
            }
        case "ReLU":
            guard steps.last == .convolution(slope: nil) else { throw unknown("an activation behind no convolution") }
            steps[steps.count - 1] = .convolution(slope: rounded(layer.numbers[0] ?? 0))
        case "PReLU": steps.append(.weights)
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
        default: throw unknown("a \(printable(layer.type))")
        }
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
