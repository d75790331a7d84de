import Layers
import TensorCore

extension DATParameters {
    /// DAT (Chen et al. 2023, "Dual aggregation transformer for image super-resolution"): blocks with attention among
    /// the pixels of windows take turns with blocks with attention among the channels of the whole image. In both, a
    /// depthwise convolution is the other branch, and each branch gates the other.
    func network(random: Random) -> UpscalingTransformer {
        let sides = RectangleSides.both(split)
        return alternating(random: random) { DATBlock(self, group: $0, block: $1, sides, random: random) }
    }
}

/// Attention and a feed-forward network, each of the normalized input and added to it.
final class DATBlock: Layer {
    let norm1: LayerNorm2d
    let attn: any Layer
    let ffn: SpatialGateFeedForward
    let norm2: LayerNorm2d

    init(_ sizes: DATParameters, group: Int, block: Int, _ sides: [RectangleSides], random: Random) {
        norm1 = LayerNorm2d(sizes.features)
        attn =
            block.isMultiple(of: 2)
            ? DATSpatialAttention(
                sizes, heads: sizes.heads[group], sides,
                isShifted: RectangleAttention.isShifted(group: group, block: block), random: random)
            : DATChannelAttention(sizes, heads: sizes.heads[group], random: random)
        ffn = SpatialGateFeedForward(sizes.features, hidden: sizes.hidden, random: random)
        norm2 = LayerNorm2d(sizes.features)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let h = x + attn(norm1(x, mode), mode)
        return h + ffn(norm2(h, mode), mode)
    }
}
