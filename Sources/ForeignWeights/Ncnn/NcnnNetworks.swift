import Files
import TensorCore

/// ncnn keeps no names of PyTorch's, only the order of the steps. A graph whose steps are exactly those of a network
/// that is known here gets that network's names; any other is refused.
extension NcnnModel {
    private enum Step: Equatable, CustomStringConvertible {
        case convolution(slope: Double?)
        case weights
        case join(Int)
        case add
        /// The first operand times a number, plus the second.
        case scaledAdd(Double)
        case scale(Double)
        case shuffle(Int)
        case nearest(Double)
        case bicubic(Double)

        var description: String {
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

    /// The network and its tensors by PyTorch's names.
    ///
    /// - Throws: ``ForeignWeightsError/Cause``.
    func network() throws -> DetectedNetwork {
        let (steps, weighted) = try steps()
        let candidates = [residualDense(steps, weighted), compact(steps, weighted)].compactMap(\.self)
        guard let (description, expected) = candidates.first else {
            throw ForeignWeightsError.Cause.unknownNetwork("the ncnn graph is of no network that is known here")
        }
        if let index = zip(steps, expected).enumerated().first(where: { $1.0 != $1.1 })?.offset {
            throw ForeignWeightsError.Cause.unknownNetwork(
                "step \(index + 1) of the ncnn graph is \(steps[index]) where \(description) has \(expected[index])")
        }
        guard steps.count == expected.count else {
            throw ForeignWeightsError.Cause.unknownNetwork(
                "the ncnn graph has \(steps.count) steps where \(description) has \(expected.count)")
        }
        var named: [String: Tensor] = [:]
        var sources = weighted[...]
        // The table of shapes lists weights and biases in the order of the steps.
        for (name, _) in description.shapes where !name.hasSuffix(".bias") {
            guard let source = sources.popFirst() else { break }
            named[name] = tensors[source.name + ".weight"]
            let bias = name.dropLast("weight".count) + "bias"
            if let tensor = tensors[source.name + ".bias"] { named[String(bias)] = tensor }
        }
        try description.check(named)
        return DetectedNetwork(description: description, tensors: named)
    }

    private func steps() throws -> (steps: [Step], weighted: [NcnnGraph.Layer]) {
        var steps: [Step] = []
        var weighted: [NcnnGraph.Layer] = []
        for layer in graph.layers where layer.type != "Input" && layer.type != "Split" && layer.type != "Noop" {
            func unknown(_ what: String) -> ForeignWeightsError.Cause {
                .unknownNetwork(
                    "the ncnn layer \(printable(layer.name)) is \(what), as in no network that is known here")
            }
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
                weighted.append(layer)
            case "ReLU":
                guard steps.last == .convolution(slope: nil) else {
                    throw unknown("an activation behind no convolution")
                }
                steps[steps.count - 1] = .convolution(slope: rounded(layer.numbers[0] ?? 0))
            case "PReLU":
                steps.append(.weights)
                weighted.append(layer)
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
        return (steps, weighted)
    }

    /// Factors are written as text from float32.
    private func rounded(_ value: Double) -> Double { (value * 1e5).rounded() / 1e5 }

    private func residualDense(
        _ steps: [Step], _ weighted: [NcnnGraph.Layer]
    ) -> (NetworkDescription, [Step])? {
        guard steps.contains(.join(5)), weighted.count >= 21, (weighted.count - 6) % 15 == 0,
            let first = tensors[weighted[0].name + ".weight"]?.shape,
            let second = tensors[weighted[1].name + ".weight"]?.shape,
            let last = weighted.last.flatMap({ tensors[$0.name + ".weight"]?.shape }), first.rank == 4
        else { return nil }
        let blocks = (weighted.count - 6) / 15
        let leaky = Step.convolution(slope: 0.2)
        let dense: [Step] = (2...5).flatMap { [leaky, .join($0)] } + [.convolution(slope: nil), .scaledAdd(0.2)]
        let block = dense + dense + dense + [.scaledAdd(0.2)]
        var expected: [Step] = [.convolution(slope: nil)]
        for _ in 0..<blocks { expected += block }
        expected += [.convolution(slope: nil), .add, .nearest(2), leaky, .nearest(2), leaky, leaky]
        expected.append(.convolution(slope: nil))
        let network = RRDBDescription(
            inputs: first[1], outputs: last[0], features: first[0], growth: second[0], blocks: blocks, scale: 4)
        return (.rrdb(network), expected)
    }

    private func compact(_ steps: [Step], _ weighted: [NcnnGraph.Layer]) -> (NetworkDescription, [Step])? {
        let shuffles = steps.compactMap { if case .shuffle(let factor) = $0 { factor } else { nil } }
        let hidden = steps.filter { $0 == .weights }.count - 1
        guard hidden >= 0, shuffles.count == 1, let scale = shuffles.first, scale >= 1, scale <= 16,
            let first = tensors[weighted[0].name + ".weight"]?.shape,
            let last = weighted.last.flatMap({ tensors[$0.name + ".weight"]?.shape }), last[0] % (scale * scale) == 0,
            first.rank == 4
        else { return nil }
        var expected: [Step] = []
        for _ in 0...hidden { expected += [.convolution(slope: nil), .weights] }
        expected += [.convolution(slope: nil), .shuffle(scale), .nearest(Double(scale)), .add]
        var network = CompactDescription(
            inputs: first[1], outputs: last[0] / (scale * scale), features: first[0],
            convolutions: hidden, scale: scale)
        if case .bicubic(let factor)? = steps.last, steps.count == expected.count + 1 {
            expected.append(.bicubic(factor))
            network.bicubicResize = factor
        }
        return (.compact(network), expected)
    }
}
