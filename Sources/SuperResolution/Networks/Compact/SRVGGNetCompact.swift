import ForeignWeights
import Layers
import Models
import TensorCore

/// Real-ESRGAN's compact network (Wang et al. 2021): 3×3 convolutions with PReLU at the resolution of the input and one
/// pixel shuffle at the end, added to the nearest-neighbor upscaling.
///
/// `[N, inputs, H, W] → [N, outputs, H·scale, W·scale]`. Parameter names are those of the public checkpoints: 16
/// convolutions in `realesr-animevideov3`, 32 in `realesr-general-x4v3`.
package final class SRVGGNetCompact: Layer {
    let body: [any Layer]
    /// How many times larger the result is.
    package let scale: Int

    /// - Parameters:
    ///   - scale: 1 or more.
    ///   - inputs, outputs: channels of input and output; equal, or 1 input channel.
    ///   - features: channels of the hidden layers.
    ///   - convolutions: hidden convolutions between the first and the last.
    package init(
        scale: Int = 4, inputs: Int = 3, outputs: Int = 3, features: Int = 64, convolutions: Int = 16, random: Random
    ) {
        precondition(scale >= 1 && (inputs == outputs || inputs == 1), "SRVGGNetCompact: \(inputs) → \(outputs)")
        self.scale = scale
        // PyTorch's default initialization shrinks the signal by more than half at each layer, so that a deep network
        // initially loses the image. This one keeps it and starts close to plain upscaling.
        func convolution(_ from: Int, _ to: Int) -> Conv2d {
            Conv2d(from, to, kernel: 3, padding: 1, initializer: .kaimingNormal(slope: 0.25), random: random)
        }
        var layers: [any Layer] = [convolution(inputs, features), PReLU(features)]
        for _ in 0..<convolutions { layers += [convolution(features, features), PReLU(features)] as [any Layer] }
        body = layers + [Conv2d.small3x3(features, outputs * scale * scale, random: random)]
    }

    /// Upscaled images.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let detail = body.reduce(x) { $1($0, mode) }.pixelShuffled(by: scale)
        return detail + x.upsampledNearest(by: scale)
    }
}

extension SRVGGNetCompact: UpscalingGenerator {
    /// Any size is supported.
    package var multiple: Int { 1 }
    /// Every convolution adds one pixel.
    package var reach: Int { body.count / 2 + 1 }
}

extension Architecture {
    /// Real-ESRGAN's compact network, in the public code `SRVGGNetCompact`.
    public static let compact = Architecture(
        id: "compact", aliases: ["srvgg"], family: .upscaler, parameters: PlainUpscalerParameters.self,
        limits: { sizes throws(ParameterError) in
            // The input is added to the output, a gray one to every channel.
            let fits = sizes.inputChannels == sizes.outputChannels || sizes.inputChannels == 1
            try sizes.check(scales: Array(1...16), channelsFit: fits)
        },
        words: { $0.words("SRVGGNetCompact", "\($0.depth) convolutions, \($0.features) features") },
        detect: { shapes in
            let layers = shapes.count { "body.\($0).weight" }
            guard let first = shapes["body.0.weight", rank: 4], shapes["body.1.weight", rank: 1] != nil,
                layers % 2 == 1, layers >= 3, let last = shapes["body.\(layers - 1).weight", rank: 4]
            else { return nil }
            // Input and output have the same number of channels, except that gray may become color.
            let candidates = [first[1], 3, 1].flatMap { channels in (1...16).map { (channels, $0) } }
            guard let (channels, scale) = candidates.first(where: { $0 * $1 * $1 == last[0] }) else { return nil }
            return PlainUpscalerParameters(
                scale: scale, depth: (layers - 3) / 2, features: first[0], inputChannels: first[1],
                outputChannels: channels)
        },
        detectSteps: { stepsOfCompact($0) },
        make: { sizes, random in
            SRVGGNetCompact(
                scale: sizes.scale, inputs: sizes.inputChannels, outputs: sizes.outputChannels,
                features: sizes.features, convolutions: sizes.depth, random: random)
        })

    /// Public ncnn files for other scales than 4 resize the result at the end: cubic with a = −0.75, without
    /// antialiasing, pixel centers aligned.
    private static func stepsOfCompact(_ graph: NcnnSteps) -> (PlainUpscalerParameters, [NcnnSteps.Step])? {
        let shuffles = graph.steps.compactMap { if case .shuffle(let factor) = $0 { factor } else { nil } }
        let hidden = graph.steps.filter { $0 == .weights }.count - 1
        guard hidden >= 0, shuffles.count == 1, let scale = shuffles.first, scale >= 1, scale <= 16,
            let first = graph.shapes.first, first.rank == 4, let last = graph.shapes.last,
            last[0] % (scale * scale) == 0
        else { return nil }
        var expected = (0...hidden).flatMap { _ in [NcnnSteps.Step.convolution(slope: nil), .weights] }
        expected += [.convolution(slope: nil), .shuffle(scale), .nearest(Double(scale)), .add]
        var sizes = PlainUpscalerParameters(
            scale: scale, depth: hidden, features: first[0], inputChannels: first[1],
            outputChannels: last[0] / (scale * scale))
        if case .bicubic(let factor)? = graph.steps.last, graph.steps.count == expected.count + 1 {
            expected.append(.bicubic(factor))
            sizes.resize = factor
        }
        return (sizes, expected)
    }
}
