import Foundation
import TensorCore
import Testing

@testable import CPUBackend

/// Multipliers, bias, activation, scale and added arrays of a convolution, against the same steps taken one by one.
@Suite struct ConvolutionEpilogueTests {
    enum Kind: CaseIterable { case none, relu, leakyReLU, prelu, tanh, sigmoid, silu, mish, gelu }

    /// A wide and a narrow result, by kernels of either library.
    static let geometries: [ConvolutionGeometry] = [
        .square(batch: 2, channels: 16, size: 9, outputs: 48, kernel: 3, pad: 1),
        .square(batch: 1, channels: 8, size: 21, outputs: 3, kernel: 3, pad: 1),
        .square(batch: 2, channels: 32, size: 12, outputs: 32, kernel: 4, stride: 2, pad: 1),
    ]

    @Test(arguments: geometries, Kind.allCases) func appliesEveryStep(_ g: ConvolutionGeometry, _ kind: Kind) throws {
        for pass in [ConvolutionPass.forward, .inputGradient] {
            try check(g, pass, kind, addends: 0, wider: 0, inPlace: false)
            try check(g, pass, kind, addends: 2, wider: 0, inPlace: false)
            try check(g, pass, kind, addends: 1, wider: 0, inPlace: true)
            try check(g, pass, kind, addends: 2, wider: 5, inPlace: true)
        }
    }

    /// `wider`: how many more channels the memory of every array has; they must stay as they were.
    private func check(
        _ g: ConvolutionGeometry, _ pass: ConvolutionPass, _ kind: Kind, addends: Int, wider: Int, inPlace: Bool
    ) throws {
        let isForward = pass == .forward
        let channels = isForward ? g.outputChannels : g.inputChannels
        let count = isForward ? g.outputCount : g.inputCount
        let source = values(isForward ? g.inputCount : g.outputCount, seed: 1)
        let weight = values(g.weightCount, seed: 2)
        let bias = values(channels, seed: 3)
        let multipliers = addends == 2 ? values(channels, seed: 7) : nil
        let weights = values(channels, seed: 4)
        let others = [values(count, seed: 5), values(count, seed: 6)]

        var sums = [Float](repeating: 0, count: count)
        if isForward {
            try ConvolutionKernel.forward(g, input: source, weight: weight, output: &sums)
        } else {
            try ConvolutionKernel.inputGradient(g, outputGradient: source, weight: weight, inputGradient: &sums)
        }
        let expected = sums.indices.map { i in
            let c = i % channels
            let sum = Double(sums[i] * (multipliers?[c] ?? 1) + bias[c])
            let active =
                switch kind {
                case .none: sum
                case .relu: max(sum, 0)
                case .leakyReLU: sum > 0 ? sum : 0.2 * sum
                case .prelu: sum > 0 ? sum : Double(weights[c]) * sum
                case .tanh: Foundation.tanh(sum)
                case .sigmoid: 1 / (1 + exp(-sum))
                case .silu: sum / (1 + exp(-sum))
                case .mish: sum * Foundation.tanh(log1p(exp(sum)))
                case .gelu: sum * erfc(-sum / 2.0.squareRoot()) / 2
                }
            var value = 0.5 * active
            for k in 0..<addends { value += (k == 0 ? 1 : -0.25) * Double(others[k][i]) }
            return value
        }

        let pixel = channels + wider
        let sourceChannels = isForward ? g.inputChannels : g.outputChannels
        let sourcePixel = sourceChannels + wider
        let wideSource = widened(source, sourceChannels, wider)
        let wideOthers = others.map { widened($0, channels, wider) }
        var result = inPlace ? wideOthers[0] : [Float](repeating: 7, count: count / channels * pixel)
        try wideSource.withUnsafeBufferPointer { source in
            try wideOthers[0].withUnsafeBufferPointer { first in
                try wideOthers[1].withUnsafeBufferPointer { second in
                    try bias.withUnsafeBufferPointer { bias in
                        try result.withUnsafeMutableBufferPointer { result in
                            let to = UnsafePointer(result.baseAddress!)
                            let from = source.baseAddress!
                            let added = [inPlace ? to : first.baseAddress!, second.baseAddress!].prefix(addends)
                            var epilogue = ConvolutionEpilogue(
                                bias: bias.baseAddress!, activation: activation(kind, weights),
                                scale: 0.5,
                                added: added.enumerated().map {
                                    .init(values: $1, pixel: pixel, scale: $0 == 0 ? 1 : -0.25)
                                })
                            func run() throws {
                                try ConvolutionKernel.run(
                                    ConvolutionCall(
                                        g, pass, input: isForward ? from : to, weight: weight,
                                        output: isForward ? to : from, inputPixel: isForward ? sourcePixel : pixel,
                                        outputPixel: isForward ? pixel : sourcePixel, epilogue: epilogue))
                            }
                            guard let multipliers else { return try run() }
                            try multipliers.withUnsafeBufferPointer {
                                epilogue.multipliers = $0.baseAddress
                                try run()
                            }
                        }
                    }
                }
            }
        }
        var error = 0.0
        for i in expected.indices {
            error = max(error, abs(Double(result[i / channels * pixel + i % channels]) - expected[i]))
        }
        #expect(error < 2e-5, "\(pass) \(kind), \(addends) added, \(wider) wider")
        let between = result.indices.filter { $0 % pixel >= channels }
        #expect(between.allSatisfy { result[$0] == (inPlace ? 0 : 7) })
    }

    private func activation(_ kind: Kind, _ weights: [Float]) -> Activation {
        switch kind {
        case .none: .none
        case .relu: .relu
        case .leakyReLU: .leakyReLU(slope: 0.2)
        case .prelu: .prelu(weights: Tensor(weights, shape: [weights.count]))
        case .tanh: .tanh
        case .sigmoid: .sigmoid
        case .silu: .silu
        case .mish: .mish
        case .gelu: .gelu
        }
    }

    private func widened(_ array: [Float], _ channels: Int, _ wider: Int) -> [Float] {
        var result = [Float](repeating: 0, count: array.count / channels * (channels + wider))
        for i in array.indices { result[i / channels * (channels + wider) + i % channels] = array[i] }
        return result
    }

    private func values(_ count: Int, seed: UInt64) -> [Float] {
        Random(seed: seed).uniform([count], in: -1..<1).values
    }
}
