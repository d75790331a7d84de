import Layers
import TensorCore

/// RGT (Chen et al. 2024, "Recursive generalization transformer for image super-resolution"): blocks with attention
/// among the pixels of windows take turns with blocks in which all pixels attend to a small summary of the image.
///
/// `[N, channels, H, W] → [N, channels, H·scale, W·scale]`. Small images are mirrored up to 16 pixels. Parameter names
/// are those of the public checkpoints.
package final class RGT: Layer {
    let convFirst: Conv2d
    let beforeRG: NamedModules<LayerNorm2d>
    let layers: [RGTGroup]
    let norm: LayerNorm2d
    let convAfterBody: any Layer
    let last: NamedModules<Reconstruction>
    let sizes: RGTParameters

    /// A network of possible sizes.
    package init(_ sizes: RGTParameters, random: Random) {
        self.sizes = sizes
        let features = sizes.features
        convFirst = Conv2d(sizes.inputChannels, features, kernel: 3, padding: 1, random: random)
        beforeRG = NamedModules([("before_RG.1", LayerNorm2d(features))])
        let sides = RectangleSides.both(sizes.split)
        layers = sizes.blocks.indices.map { RGTGroup(sizes, index: $0, sides, random: random) }
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
        let (height, width) = (x.shape[2], x.shape[3])
        let least = RGTGlobalAttention.leastSide
        let image = x.mirrored(toHeight: max(height, least), width: max(width, least)) - mean
        let shallow = convFirst(image, mode)
        var h = beforeRG.modules[0](shallow, mode)
        for group in layers { h = group(h, mode) }
        let deep = convAfterBody(norm(h, mode), mode) + shallow
        let large = last.modules[0](deep, input: image, mode) + mean
        return large.slice(axis: 2, from: 0, count: height * sizes.scale)
            .slice(axis: 3, from: 0, count: width * sizes.scale)
    }
}

/// Blocks of both kinds, then a convolution, added to the input.
final class RGTGroup: Layer {
    let blocks: [RGTBlock]
    let conv: any Layer

    init(_ sizes: RGTParameters, index: Int, _ sides: [RectangleSides], random: Random) {
        blocks = (0..<sizes.blocks[index]).map {
            RGTBlock(sizes, group: index, block: $0, sides, random: random)
        }
        conv = GroupConvolution.make(sizes.convolutions, sizes.features, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        var h = x
        for block in blocks { h = block(h, mode) }
        return conv(h, mode) + x
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
