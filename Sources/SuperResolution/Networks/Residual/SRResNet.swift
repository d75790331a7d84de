import Layers
import Models
import TensorCore

/// SRResNet, the generator of Ledig et al. 2017, "Photo-realistic single image super-resolution using a generative
/// adversarial network": residual blocks of 3×3 convolutions with batch normalization and PReLU at the resolution of
/// the input, sub-pixel convolutions up to that of the output, 9×9 convolutions at both ends.
///
/// `[N, channels, H, W] → [N, channels, H·scale, W·scale]`.
package final class SRResNet: Layer {
    let convFirst: Conv2d
    let activationFirst: PReLU
    let body: [SRResNetBlock]
    let convBody: Conv2d
    let normBody: BatchNorm
    let upsampling: Sequential
    let convLast: Conv2d
    /// How many times larger the result is.
    package let scale: Int

    /// - Parameters:
    ///   - scale: a power of two.
    ///   - blocks: residual blocks.
    ///   - features: channels of the hidden layers.
    package init(scale: Int = 4, channels: Int = 3, blocks: Int = 16, features: Int = 64, random: Random) {
        precondition(scale > 0 && scale.nonzeroBitCount == 1, "SRResNet: scale \(scale)")
        self.scale = scale
        convFirst = Conv2d(channels, features, kernel: 9, padding: 4, random: random)
        activationFirst = PReLU(features)
        body = (0..<blocks).map { _ in SRResNetBlock(features, random: random) }
        convBody = Conv2d(features, features, kernel: 3, padding: 1, bias: false, random: random)
        normBody = BatchNorm(features)
        var layers: [any Layer] = []
        for _ in 0..<scale.trailingZeroBitCount {
            layers +=
                [
                    Conv2d(features, 4 * features, kernel: 3, padding: 1, random: random), PixelShuffle(2),
                    PReLU(features),
                ] as [any Layer]
        }
        upsampling = Sequential(layers)
        convLast = Conv2d(features, channels, kernel: 9, padding: 4, random: random)
    }

    /// Upscaled images.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let shallow = activationFirst(convFirst(x, mode), mode)
        var h = shallow
        for block in body { h = block(h, mode) }
        h = shallow + normBody(convBody(h, mode), mode)
        return convLast(upsampling(h, mode), mode)
    }
}

/// x + norm(conv(prelu(norm(conv(x))))).
final class SRResNetBlock: Layer {
    let conv1: Conv2d
    let norm1: BatchNorm
    let activation: PReLU
    let conv2: Conv2d
    let norm2: BatchNorm

    init(_ features: Int, random: Random) {
        conv1 = Conv2d(features, features, kernel: 3, padding: 1, bias: false, random: random)
        norm1 = BatchNorm(features)
        activation = PReLU(features)
        conv2 = Conv2d(features, features, kernel: 3, padding: 1, bias: false, random: random)
        norm2 = BatchNorm(features)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let h = norm1(conv1(x, mode), mode, then: activation.activation(in: mode))
        return x + norm2(conv2(h, mode), mode)
    }
}

extension SRResNet: UpscalingGenerator {
    /// Any size is supported.
    package var multiple: Int { 1 }
    /// Every 3×3 convolution adds one pixel, and every 9×9 convolution four; those after the shuffles add less.
    package var reach: Int { 2 * body.count + 10 }
}

extension Architecture {
    /// The generator of the SRGAN paper, by the names that it has here.
    public static let srresnet = Architecture(
        id: "srresnet", family: .upscaler, parameters: PlainUpscalerParameters.self,
        limits: { sizes throws(ParameterError) in
            try sizes.check(scales: [1, 2, 4, 8, 16], channelsFit: sizes.inputChannels == sizes.outputChannels)
        },
        words: { "SRResNet ×\($0.scale) (\($0.depth) blocks, \($0.features) features)" },
        detect: { shapes in
            guard let first = shapes["conv_first.weight", rank: 4], shapes.has("body.0.norm1.weight"),
                shapes.has("norm_body.weight")
            else { return nil }
            let doublings = shapes.count { "upsampling.\(3 * $0).weight" }
            guard doublings <= 8 else { return nil }
            return PlainUpscalerParameters(
                scale: 1 << doublings, depth: shapes.count { "body.\($0).conv1.weight" }, features: first[0],
                inputChannels: first[1], outputChannels: first[1])
        },
        make: { sizes, random in
            SRResNet(
                scale: sizes.scale, channels: sizes.inputChannels, blocks: sizes.depth, features: sizes.features,
                random: random)
        })
}
