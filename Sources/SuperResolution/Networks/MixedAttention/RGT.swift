import Layers
import TensorCore

extension RGTParameters {
    /// RGT (Chen et al. 2024, "Recursive generalization transformer for image super-resolution"): blocks with attention
    /// among the pixels of windows take turns with blocks in which all pixels attend to a small summary of the image.
    /// Small images are mirrored up to 16 pixels.
    func network(random: Random) -> UpscalingTransformer {
        let sides = RectangleSides.both(split)
        return alternating(leastSide: RGTGlobalAttention.leastSide, random: random) {
            RGTBlock(self, group: $0, block: $1, sides, random: random)
        }
    }
}

/// Attention and a feed-forward network, each of the normalized input and added to it, and a share of the block's
/// input.
final class RGTBlock: Layer {
    let norm1: LayerNorm2d
    let attn: any Layer
    let mlp: SpatialGateFeedForward
    let norm2: LayerNorm2d
    let gamma: Parameter

    init(_ sizes: RGTParameters, group: Int, block: Int, _ sides: [RectangleSides], random: Random) {
        norm1 = LayerNorm2d(sizes.features)
        attn =
            block.isMultiple(of: 2)
            ? RGTWindowAttention(
                sizes, heads: sizes.heads[group], sides,
                isShifted: RectangleAttention.isShifted(group: group, block: block), random: random)
            : RGTGlobalAttention(sizes, heads: sizes.heads[group], random: random)
        mlp = SpatialGateFeedForward(sizes.features, hidden: sizes.hidden, random: random)
        norm2 = LayerNorm2d(sizes.features)
        gamma = Parameter(.full([sizes.features], 1e-4))
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        var h = x + attn(norm1(x, mode), mode)
        h = h + mlp(norm2(h, mode), mode)
        return h + x * gamma.value(in: mode).reshaped(to: [1, x.shape[1], 1, 1])
    }
}
