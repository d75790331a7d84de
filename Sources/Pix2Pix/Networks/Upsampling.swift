import Layers
import TensorCore

/// How a generator doubles the resolution.
public enum Upsampling: String, Codable, Sendable, CaseIterable {
    /// A transposed convolution, as in the papers.
    case transposed
    /// Nearest-neighbor upscaling, then a 3×3 convolution, which leaves no checkerboard (Odena et al. 2016,
    /// "Deconvolution and checkerboard artifacts").
    case resize
    /// Bilinear upscaling, then a 3×3 convolution, which leaves less of the fine grid that discriminators in the features
    /// of a network let pass with ``resize``.
    case bilinear

    /// A layer that doubles height and width.
    func layer(
        _ from: Int, _ to: Int, kernel: Int = 4, outputPadding: Int = 0, bias: Bool, _ random: Random
    ) -> any Layer {
        switch self {
        case .transposed:
            ConvTranspose2d(
                from, to, kernel: kernel, stride: 2, padding: 1, outputPadding: outputPadding, bias: bias,
                initializer: .normal(0.02), random: random)
        case .resize: ResizeConvolution(from, to, .nearest, bias: bias, random: random)
        case .bilinear: ResizeConvolution(from, to, .bilinear, bias: bias, random: random)
        }
    }
}

/// Upscaling by 2, then a 3×3 convolution.
final class ResizeConvolution: Layer {
    let conv: Conv2d
    private let upscaling: Upsample

    init(_ from: Int, _ to: Int, _ interpolation: Interpolation, bias: Bool, random: Random) {
        upscaling = Upsample(2, interpolation)
        conv = Conv2d(from, to, kernel: 3, padding: 1, bias: bias, initializer: .normal(0.02), random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { conv(upscaling(x, mode), mode) }
}
