import Layers
import TensorCore

/// The frame of SwinIR and its successors (Liang et al. 2021): a convolution, groups of transformer blocks with a
/// shortcut around all of them, and an upsampler.
///
/// `[N, C, H, W] → [N, C, H·scale, W·scale]`; height and width are multiples of `multiple`. Parameter names are those
/// of the public checkpoints; the groups differ.
package final class WindowTransformer: Layer {
    let convFirst: Conv2d
    let patchEmbed: PatchNorm?
    let layers: [any Layer]
    let norm: LayerNorm2d
    let convAfterBody: (any Layer)?
    let convBeforeUpsample: Sequential?
    let upsample: Sequential?
    let convUp1: Conv2d?
    let convUp2: Conv2d?
    let convUp3: Conv2d?
    let convHr: Conv2d?
    let convLast: Conv2d?
    /// How many times larger the result is.
    package let scale: Int
    /// The number of which height and width of images must be multiples.
    package let multiple: Int
    /// Tiles differ from the whole image within this distance from their borders: see Docs/formats.md.
    package let reach: Int
    private let unshuffle: Int
    private let range: Float
    private let mean: Tensor?

    /// - Parameters:
    ///   - frame: the sizes around the groups.
    ///   - reach: the distance on which a pixel of the result depends through the groups.
    ///   - layers: the groups, from `features` channels to as many.
    init(_ frame: TransformerFrame, reach: Int, layers: [any Layer], random: Random) {
        let (features, wide) = (frame.features, frame.upsampledFeatures)
        func convolution(_ from: Int, _ to: Int) -> Conv2d {
            Conv2d(from, to, kernel: 3, padding: 1, random: random)
        }
        let channels = frame.inputChannels
        scale = frame.scale
        unshuffle = frame.unshuffle
        multiple = frame.multiple
        self.reach = reach
        range = Float(frame.range)
        // The mean of DIV2K's colors.
        mean = channels == 3 ? Tensor([0.4488, 0.4371, 0.4040], shape: [1, 3, 1, 1]) : nil
        convFirst = convolution(channels * unshuffle * unshuffle, features)
        patchEmbed = frame.normalizesInput ? PatchNorm(features) : nil
        self.layers = layers
        norm = LayerNorm2d(features)
        convAfterBody = frame.connection.layer(features, random: random)
        let upscale = scale * unshuffle
        let isWide = frame.upsampler == .shuffle || frame.upsampler == .nearest
        convBeforeUpsample =
            isWide ? Sequential([convolution(features, wide), LeakyReLU(0.01)]) : nil
        switch frame.upsampler {
        case .shuffle:
            let factors = upscale == 3 ? [3] : [Int](repeating: 2, count: upscale.trailingZeroBitCount)
            upsample = Sequential(
                factors.flatMap { [convolution(wide, $0 * $0 * wide), PixelShuffle($0)] as [any Layer] })
        case .shuffleDirectly:
            upsample = Sequential([convolution(features, upscale * upscale * channels), PixelShuffle(upscale)])
        case .nearest, .none: upsample = nil
        }
        let doublings = frame.upsampler == .nearest ? upscale.trailingZeroBitCount : 0
        convUp1 = doublings > 0 ? convolution(wide, wide) : nil
        convUp2 = doublings > 1 ? convolution(wide, wide) : nil
        convUp3 = doublings > 2 ? convolution(wide, wide) : nil
        convHr = frame.upsampler == .nearest ? convolution(wide, wide) : nil
        convLast =
            frame.upsampler == .shuffleDirectly ? nil : convolution(isWide ? wide : features, channels)
    }

    /// Upscaled images.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let centered = (mean.map { x - $0 } ?? x).scaled(by: range)
        let shallow = convFirst(unshuffle > 1 ? centered.pixelUnshuffled(by: unshuffle) : centered, mode)
        var h = patchEmbed.map { $0.norm(shallow, mode) } ?? shallow
        for layer in layers { h = layer(h, mode) }
        h = norm(h, mode)
        let deep = (convAfterBody.map { $0(h, mode) } ?? h) + shallow
        var y = upsampled(deep, mode)
        if convBeforeUpsample == nil && upsample == nil { y = centered + y }
        y = y.scaled(by: 1 / range)
        return mean.map { y + $0 } ?? y
    }

    private func upsampled(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        var h = convBeforeUpsample?(x, mode) ?? x
        h = upsample?(h, mode) ?? h
        for convolution in [convUp1, convUp2, convUp3].compactMap({ $0 }) {
            h = convolution(h.upsampledNearest(by: 2), mode).leakyReLU(slope: 0.2)
        }
        if let convHr { h = convHr(h, mode).leakyReLU(slope: 0.2) }
        return convLast?(h, mode) ?? h
    }
}

extension WindowTransformer: UpscalingGenerator {}

/// The normalization of the first convolution's result.
final class PatchNorm: Module {
    let norm: LayerNorm2d

    init(_ features: Int) { norm = LayerNorm2d(features) }
}

/// A group: its blocks and a convolution behind them, added to the input.
final class TransformerGroup: Layer {
    let residualGroup: TransformerBlocks
    let conv: (any Layer)?

    init(_ blocks: [any Layer], then last: (any Layer)? = nil, conv: (any Layer)?) {
        residualGroup = TransformerBlocks(blocks, then: last)
        self.conv = conv
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let h = residualGroup(x, mode)
        return (conv.map { $0(h, mode) } ?? h) + x
    }
}

/// Blocks one after the other, and a last one of another kind if there is any.
final class TransformerBlocks: Layer {
    let blocks: [any Layer]
    let overlapAttn: (any Layer)?

    init(_ blocks: [any Layer], then last: (any Layer)?) { (self.blocks, overlapAttn) = (blocks, last) }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let h = blocks.reduce(x) { $1($0, mode) }
        return overlapAttn.map { $0(h, mode) } ?? h
    }
}
