import Layers
import TensorCore

/// Real-ESRGAN's compact network (Wang et al. 2021): 3×3 convolutions with PReLU, or another rectifier, at the resolution
/// of the input and one pixel shuffle at the end, added to the nearest-neighbor upscaling.
///
/// `[N, inputs, H, W] → [N, outputs, H·scale, W·scale]`. Parameter names are those of the public checkpoints: 16
/// convolutions in `realesr-animevideov3`, 32 in `realesr-general-x4v3`.
package final class SRVGGNetCompact: Layer {
    /// What follows a convolution.
    package enum Rectifier: String, Codable, Sendable, Hashable, CaseIterable {
        case prelu
        /// With the slope 0.1.
        case leakyReLU = "leaky-relu"
        case relu
    }

    let body: [any Layer]
    /// How many times larger the result is.
    package let scale: Int

    /// - Parameters:
    ///   - scale: 1 or more.
    ///   - inputs, outputs: channels of input and output; equal, or 1 input channel.
    ///   - features: channels of the hidden layers.
    ///   - convolutions: hidden convolutions between the first and the last.
    ///   - rectifier: what follows all convolutions but the last.
    package init(
        scale: Int = 4, inputs: Int = 3, outputs: Int = 3, features: Int = 64, convolutions: Int = 16,
        rectifier: Rectifier = .prelu, random: Random
    ) {
        precondition(scale >= 1 && (inputs == outputs || inputs == 1), "SRVGGNetCompact: \(inputs) → \(outputs)")
        self.scale = scale
        // PyTorch's default initialization shrinks the signal by more than half at each layer, so that a deep network
        // initially loses the image. This one keeps it and starts close to plain upscaling.
        func convolution(_ from: Int, _ to: Int) -> Conv2d {
            Conv2d(from, to, kernel: 3, padding: 1, initializer: .kaimingNormal(slope: 0.25), random: random)
        }
        func activation() -> any Layer {
            switch rectifier {
            case .prelu: PReLU(features)
            case .leakyReLU: LeakyReLU(0.1)
            case .relu: ReLU()
            }
        }
        var layers: [any Layer] = [convolution(inputs, features), activation()]
        for _ in 0..<convolutions { layers += [convolution(features, features), activation()] }
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
