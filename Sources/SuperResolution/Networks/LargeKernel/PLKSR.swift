import Layers
import Models
import TensorCore

/// PLKSR (Lee et al. 2024, "Partial large kernel CNNs for efficient super-resolution"): blocks of two convolutions with
/// GELU, a large kernel on some of the channels, a gate for every value and a 1×1 convolution, and a pixel shuffle.
///
/// `[N, 3, H, W] → [N, 3, H·scale, W·scale]`. Parameter names are those of the public checkpoints.
package final class PLKSR: Layer {
    /// Which of a block's two convolutions see neighbors: the first, the second or both.
    package enum Mixer: String, Codable, Sendable, CaseIterable {
        case first, second, both
    }

    let feats: Sequential
    /// How many times larger the result is.
    package let scale: Int
    private let kernel: Int
    private let blocks: Int

    /// - Parameter sizes: that the architecture has checked.
    package init(_ sizes: PLKSRParameters, random: Random) {
        (scale, kernel, blocks) = (sizes.scale, sizes.kernel, sizes.depth)
        let deviation = Initializer.normal(0.02)
        func convolution(_ from: Int, _ to: Int) -> any Layer {
            Conv2d(from, to, kernel: 3, padding: 1, initializer: deviation, random: random)
        }
        let parts = (0..<sizes.depth).map { _ in PLKSRBlock(sizes, random: random) } as [any Layer]
        feats = Sequential(
            [convolution(3, sizes.features)] + parts + [convolution(sizes.features, 3 * scale * scale)])
    }

    /// Upscaled images.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        feats(x, mode).pixelShuffled(by: scale) + x.upsampledNearest(by: scale)
    }
}

extension PLKSR: UpscalingGenerator {
    /// Any size is supported.
    package var multiple: Int { 1 }
    package var reach: Int { blocks * (kernel / 2 + 3) + 2 }
}

/// A block of PLKSR. Its first part is spelled as in the original code.
final class PLKSRBlock: Layer {
    let channeMixer: Sequential
    let lk: PartialConvolution
    let attn: ElementwiseAttention?
    let refine: Conv2d

    init(_ sizes: PLKSRParameters, random: Random) {
        let (width, deviation) = (sizes.features, Initializer.normal(0.02))
        let (first, second) = (sizes.mixer == .second ? 1 : 3, sizes.mixer == .first ? 1 : 3)
        channeMixer = Sequential([
            Conv2d(width, 2 * width, kernel: first, padding: first / 2, random: random), GELU(),
            Conv2d(
                2 * width, width, kernel: second, padding: second / 2, initializer: deviation, random: random),
        ])
        lk = PartialConvolution(sizes.partial, kernel: sizes.kernel, random: random)
        attn = sizes.attention ? ElementwiseAttention(width, random: random) : nil
        refine = Conv2d(width, width, kernel: 1, initializer: deviation, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let h = lk(channeMixer(x, mode), mode)
        return refine(attn?(h, mode) ?? h, mode) + x
    }
}

/// The parameters of PLKSR.
package struct PLKSRParameters: LargeKernelParameters {
    /// How many times larger the result is.
    package var scale = 4
    /// Blocks.
    package var depth = 28
    /// Channels of the hidden layers.
    package var features = 64
    /// Channels of the input, always 3.
    package var inputChannels = 3
    /// Channels of the output, always 3.
    package var outputChannels = 3
    /// The factor by which the result is resized at the end; 1 for none.
    package var resize = 1.0
    /// The side of the large kernels.
    package var kernel = 17
    /// The channels that have a large kernel.
    package var partial = 16
    /// Whether blocks have a gate for every value.
    package var attention = true
    /// Which convolutions of a block see neighbors.
    package var mixer = PLKSR.Mixer.first

    /// The paper's network ×4.
    package init() {}
}

extension Architecture {
    /// PLKSR.
    public static let plksr = Architecture(
        id: "plksr", family: .upscaler, parameters: PLKSRParameters.self,
        limits: { sizes throws(ParameterError) in
            try sizes.checkLargeKernels()
        },
        words: { $0.words("PLKSR", "\($0.depth) blocks, \($0.features) features") },
        detect: { shapes in
            guard let one = shapes["feats.1.channe_mixer.0.weight", rank: 4],
                let two = shapes["feats.1.channe_mixer.2.weight", rank: 4]
            else { return nil }
            var sizes = PLKSRParameters()
            guard sizes.read(shapes, behind: 1) else { return nil }
            sizes.mixer = one[2] == 1 ? .second : two[2] == 1 ? .first : .both
            return sizes
        },
        make: { PLKSR($0, random: $1) })
}
