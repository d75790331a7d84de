import Layers
import Models
import TensorCore

/// The modified SRResNet of Wang et al. 2018 (ESRGAN's baseline): no normalization, relu in the blocks, and a bilinear
/// upscaling to which the network adds detail.
///
/// `[N, inputs, H, W] → [N, outputs, H·scale, W·scale]`. Parameter names are those of the public checkpoints.
package final class MSRResNet: Layer {
    let convFirst: Conv2d
    let body: [MSRResNetBlock]
    let upconv1: Conv2d
    let upconv2: Conv2d?
    let convHr: Conv2d
    let convLast: Conv2d
    /// How many times larger the result is.
    package let scale: Int

    /// - Parameters:
    ///   - scale: 2, 3 or 4.
    ///   - inputs, outputs: channels of input and output.
    ///   - features: channels of the hidden layers.
    ///   - blocks: residual blocks.
    package init(
        scale: Int = 4, inputs: Int = 3, outputs: Int = 3, features: Int = 64, blocks: Int = 16, random: Random
    ) {
        precondition((2...4).contains(scale), "MSRResNet: scale \(scale)")
        self.scale = scale
        convFirst = .small3x3(inputs, features, random: random)
        body = (0..<blocks).map { _ in MSRResNetBlock(features, random: random) }
        upconv1 = .small3x3(features, features * (scale == 3 ? 9 : 4), random: random)
        upconv2 = scale == 4 ? .small3x3(features, features * 4, random: random) : nil
        convHr = .small3x3(features, features, random: random)
        convLast = .small3x3(features, outputs, random: random)
    }

    /// Upscaled images.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        var h = convFirst(x, mode).leakyReLU(slope: 0.1)
        for block in body { h = block(h, mode) }
        h = upconv1(h, mode).pixelShuffled(by: scale == 3 ? 3 : 2).leakyReLU(slope: 0.1)
        if let upconv2 { h = upconv2(h, mode).pixelShuffled(by: 2).leakyReLU(slope: 0.1) }
        let detail = convLast(convHr(h, mode).leakyReLU(slope: 0.1), mode)
        return detail
            + x.resized(height: x.shape[2] * scale, width: x.shape[3] * scale, .bilinear, wrapping: mode.wrapping)
    }
}

/// x + conv(relu(conv(x))).
final class MSRResNetBlock: Layer {
    let conv1: Conv2d
    let conv2: Conv2d

    init(_ features: Int, random: Random) {
        conv1 = .small3x3(features, features, random: random)
        conv2 = .small3x3(features, features, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { x + conv2(conv1(x, mode).relu(), mode) }
}

extension MSRResNet: UpscalingGenerator {
    /// Any size is supported.
    package var multiple: Int { 1 }
    /// Every convolution adds one pixel; those after the shuffles add less.
    package var reach: Int { 2 * body.count + 4 }
}

extension Architecture {
    /// ESRGAN's baseline without normalization, in the public code `MSRResNet`; also by the names of 2019.
    public static let msrresnet = Architecture(
        id: "msrresnet", family: .upscaler, parameters: PlainUpscalerParameters.self,
        limits: { sizes throws(ParameterError) in
            try sizes.check(scales: [2, 3, 4], channelsFit: sizes.inputChannels == sizes.outputChannels)
        },
        words: { $0.words("MSRResNet", "\($0.depth) blocks, \($0.features) features") },
        formerNames: { shapes in
            guard shapes.has("recon_trunk.0.conv1.weight") else { return nil }
            return { name in
                if name.hasPrefix("recon_trunk.") { return "body." + name.dropFirst("recon_trunk.".count) }
                return name == "HRconv" ? "conv_hr" : String(name)
            }
        },
        detect: { shapes in
            guard let first = shapes["conv_first.weight", rank: 4], let last = shapes["conv_last.weight", rank: 4],
                let up = shapes["upconv1.weight", rank: 4], shapes.has("conv_hr.weight")
            else { return nil }
            return PlainUpscalerParameters(
                scale: shapes.has("upconv2.weight") ? 4 : up[0] == 9 * first[0] ? 3 : 2,
                depth: shapes.count { "body.\($0).conv1.weight" }, features: first[0], inputChannels: first[1],
                outputChannels: last[0])
        },
        make: { sizes, random in
            MSRResNet(
                scale: sizes.scale, inputs: sizes.inputChannels, outputs: sizes.outputChannels,
                features: sizes.features, blocks: sizes.depth, random: random)
        })
}
