import Layers
import TensorCore

/// Real-ESRGAN's compact network (Wang et al. 2021): 3×3 convolutions with PReLU at the resolution of the input and one
/// pixel shuffle at the end, added to the nearest-neighbor upscaling.
///
/// `[N, inputs, H, W] → [N, outputs, H·scale, W·scale]`. Parameter names are those of the public checkpoints: 16
/// convolutions in `realesr-animevideov3`, 32 in `realesr-general-x4v3`.
public final class SRVGGNetCompact: Layer {
    let body: [any Layer]
    /// How many times larger the result is.
    public let scale: Int

    /// - Parameters:
    ///   - scale: 1 or more.
    ///   - inputs, outputs: channels of the images that come in and go out; equal, or inputs 1.
    ///   - features: channels of the hidden layers.
    ///   - convolutions: hidden convolutions between the first and the last.
    public init(
        scale: Int = 4, inputs: Int = 3, outputs: Int = 3, features: Int = 64, convolutions: Int = 16, random: Random
    ) {
        precondition(scale >= 1 && (inputs == outputs || inputs == 1), "SRVGGNetCompact: \(inputs) → \(outputs)")
        self.scale = scale
        // PyTorch's own initialization shrinks what goes through by more than half at each layer, so that a deep
        // network first sees nothing of the image. This one keeps it, and starts near the upscaling itself.
        func convolution(_ from: Int, _ to: Int) -> Conv2d {
            Conv2d(from, to, kernel: 3, padding: 1, initializer: .kaimingNormal(slope: 0.25), random: random)
        }
        var layers: [any Layer] = [convolution(inputs, features), PReLU(features)]
        for _ in 0..<convolutions { layers += [convolution(features, features), PReLU(features)] as [any Layer] }
        body = layers + [Conv2d.small3x3(features, outputs * scale * scale, random: random)]
    }

    /// Upscaled images.
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let detail = body.reduce(x) { $1($0, mode) }.pixelShuffled(by: scale)
        return detail + x.upsampledNearest(by: scale)
    }
}
