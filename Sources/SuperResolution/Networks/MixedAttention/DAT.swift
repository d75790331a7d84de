import Layers
import TensorCore

/// DAT (Chen et al. 2023, "Dual aggregation transformer for image super-resolution"): blocks with attention among the
/// pixels of windows take turns with blocks with attention among the channels of the whole image. In both, a depthwise
/// convolution is the other branch, and each branch gates the other.
///
/// `[N, channels, H, W] → [N, channels, H·scale, W·scale]`. Parameter names are those of the public checkpoints.
package final class DAT: Layer {
    let convFirst: Conv2d
    let beforeRG: NamedModules<LayerNorm2d>
    let layers: [DATGroup]
    let norm: LayerNorm2d
    let convAfterBody: any Layer
    let last: NamedModules<Reconstruction>
    let sizes: DATParameters

    /// A network of possible sizes.
    package init(_ sizes: DATParameters, random: Random) {
        self.sizes = sizes
        let features = sizes.features
        convFirst = Conv2d(sizes.inputChannels, features, kernel: 3, padding: 1, random: random)
        beforeRG = NamedModules([("before_RG.1", LayerNorm2d(features))])
        let sides = RectangleSides.both(sizes.split)
        layers = sizes.blocks.indices.map { DATGroup(sizes, index: $0, sides, random: random) }
        norm = LayerNorm2d(features)
        convAfterBody = GroupConvolution.make(sizes.convolutions, features, random: random)
        let last = Reconstruction(
            sizes.reconstruction, scale: sizes.scale, features: features, width: sizes.width,
            outputs: sizes.outputChannels, random: random)
        self.last = NamedModules([("", last)])
    }

    /// Upscaled images.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let mean = Tensor.meanColor(channels: sizes.inputChannels)
        let image = x - mean
        let shallow = convFirst(image, mode)
        var h = beforeRG.modules[0](shallow, mode)
        for group in layers { h = group(h, mode) }
        let deep = convAfterBody(norm(h, mode), mode) + shallow
        return last.modules[0](deep, input: image, mode) + mean
    }
}

/// Blocks of both kinds, then a convolution, added to the input.
final class DATGroup: Layer {
    let blocks: [DATBlock]
    let conv: any Layer

    init(_ sizes: DATParameters, index: Int, _ sides: [RectangleSides], random: Random) {
        blocks = (0..<sizes.blocks[index]).map {
            DATBlock(sizes, group: index, block: $0, sides, random: random)
        }
        conv = GroupConvolution.make(sizes.convolutions, sizes.features, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        var h = x
        for block in blocks { h = block(h, mode) }
        return conv(h, mode) + x
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
