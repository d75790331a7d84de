import Layers
import TensorCore

/// The modified SRResNet of Wang et al. 2018 (ESRGAN's baseline): no normalization, relu in the blocks, and the network
/// adds detail to a bilinear upscaling.
///
/// `[N, inputs, H, W] → [N, outputs, H·scale, W·scale]`. Parameter names are those of the public checkpoints.
public final class MSRResNet: Layer {
    let convFirst: Conv2d
    let body: [MSRResNetBlock]
    let upconv1: Conv2d
    let upconv2: Conv2d?
    let convHr: Conv2d
    let convLast: Conv2d
    /// How many times larger the result is.
    public let scale: Int

    /// - Parameters:
    ///   - scale: 2, 3 or 4.
    ///   - inputs, outputs: channels of the images that come in and go out.
    ///   - features: channels of the hidden layers.
    ///   - blocks: residual blocks.
    public init(
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
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        var h = convFirst(x, mode).leakyReLU(slope: 0.1)
        for block in body { h = block(h, mode) }
        h = upconv1(h, mode).pixelShuffled(by: scale == 3 ? 3 : 2).leakyReLU(slope: 0.1)
        if let upconv2 { h = upconv2(h, mode).pixelShuffled(by: 2).leakyReLU(slope: 0.1) }
        let detail = convLast(convHr(h, mode).leakyReLU(slope: 0.1), mode)
        return detail + x.resized(height: x.shape[2] * scale, width: x.shape[3] * scale, .bilinear)
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
