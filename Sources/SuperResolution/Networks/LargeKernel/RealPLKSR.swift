import Layers
import TensorCore

/// RealPLKSR: PLKSR (Lee et al. 2024, "Partial large kernel CNNs for efficient super-resolution") as the community
/// trains it for photos. Each block has two 3×3 convolutions with Mish, a large kernel on some of the channels, a gate
/// for every value, a 1×1 convolution and a normalization. A pixel shuffle or DySample enlarges.
///
/// `[N, 3, H, W] → [N, 3, H·scale, W·scale]`. Parameter names are those of the public checkpoints.
package final class RealPLKSR: Layer {
    let feats: Sequential
    let toImg: any Layer
    /// How many times larger the result is.
    package let scale: Int
    private let kernel: Int
    private let blocks: Int

    /// - Parameter sizes: that the architecture has checked.
    package init(_ sizes: RealPLKSRParameters, random: Random) {
        (scale, kernel, blocks) = (sizes.scale, sizes.kernel, sizes.depth)
        let channels = 3 * scale * scale
        let deviation = Initializer.normal(0.02)
        var layers: [any Layer] = [
            Conv2d(3, sizes.features, kernel: 3, padding: 1, initializer: deviation, random: random)
        ]
        layers += (0..<sizes.depth).map { _ in RealPLKSRBlock(sizes, random: random) } as [any Layer]
        layers.append(Dropout(0, wholeChannels: true))
        layers.append(
            Conv2d(sizes.features, channels, kernel: 3, padding: 1, initializer: deviation, random: random))
        feats = Sequential(layers)
        toImg =
            sizes.dysample
            ? DySample(
                channels, outputs: scale == 1 ? nil : 3, scale: scale, groups: scale.isMultiple(of: 2) ? 4 : 3,
                random: random)
            : PixelShuffle(scale)
    }

    /// Upscaled images.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let detail = feats(x, mode)
        if toImg is PixelShuffle { return toImg(detail, mode) + x.upsampledNearest(by: scale) }
        let square = scale * scale
        return toImg(detail + x.gathering((0..<3 * square).map { $0 / square }, axis: 1), mode)
    }
}

extension RealPLKSR: UpscalingGenerator {
    /// Any size is supported.
    package var multiple: Int { 1 }
    /// Of its convolutions; a normalization in groups sees the whole image.
    package var reach: Int { blocks * (kernel / 2 + 3) + 2 }
}

/// A block of RealPLKSR.
final class RealPLKSRBlock: Layer {
    let layerNorm: LayerNorm2d?
    let channelMixer: Sequential
    let lk: PartialConvolution
    let attn: ElementwiseAttention?
    let refine: Conv2d
    let norm: GroupNorm?

    init(_ sizes: RealPLKSRParameters, random: Random) {
        let (width, deviation) = (sizes.features, Initializer.normal(0.02))
        layerNorm = sizes.layerNorm ? LayerNorm2d(width, epsilon: 1e-6) : nil
        channelMixer = Sequential([
            Conv2d(width, 2 * width, kernel: 3, padding: 1, random: random), Mish(),
            Conv2d(2 * width, width, kernel: 3, padding: 1, initializer: deviation, random: random),
        ])
        lk = PartialConvolution(sizes.partial, kernel: sizes.kernel, random: random)
        attn = sizes.attention ? ElementwiseAttention(width, random: random) : nil
        refine = Conv2d(width, width, kernel: 1, initializer: deviation, random: random)
        norm = sizes.layerNorm ? nil : GroupNorm(groups: RealPLKSRParameters.groups, width)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        var h = channelMixer(layerNorm?(x, mode) ?? x, mode)
        h = lk(h, mode)
        h = refine(attn?(h, mode) ?? h, mode)
        return (norm?(h, mode) ?? h) + x
    }
}

/// A convolution with a large kernel on the first channels; the others pass.
final class PartialConvolution: Layer {
    let conv: Conv2d
    private let channels: Int

    init(_ channels: Int, kernel: Int, random: Random) {
        self.channels = channels
        conv = Conv2d(
            channels, channels, kernel: kernel, padding: kernel / 2, initializer: .normal(0.02), random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let rest = x.shape[1] - channels
        let changed = conv(x.slice(axis: 1, from: 0, count: channels), mode)
        if rest == 0 { return changed }
        return .concatenated([changed, x.slice(axis: 1, from: channels, count: rest)], axis: 1)
    }
}

/// x · σ(conv(x)).
final class ElementwiseAttention: Layer {
    let f: Sequential

    init(_ width: Int, random: Random) {
        f = Sequential([
            Conv2d(width, width, kernel: 3, padding: 1, initializer: .normal(0.02), random: random), Sigmoid(),
        ])
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { x * f(x, mode) }
}
