import Layers
import Models
import TensorCore

/// The parameters of DRCT (Hsu et al. 2024).
package struct DRCTParameters: UpscalerParameters {
    /// 1, 2, 3, 4 or 8.
    package var scale = 4
    /// Dense groups of five blocks: 6, or 12 in the large network.
    package var depth = 6
    /// Channels between the groups.
    package var features = 180
    /// Channels that each block of a group adds.
    package var growth = 32
    /// Channels of the input.
    package var inputChannels = 3
    /// Channels of the output; those of the input.
    package var outputChannels = 3
    /// The factor by which the result is resized at the end; 1 for none.
    package var resize = 1.0
    /// Heads of the attention of a group's first block; later ones have as many fewer as their channels leave over.
    package var heads = 6
    /// The side of windows.
    package var window = 16
    /// Channels inside of the first block's network of each pixel; those of the next two grow with their channels.
    package var hidden = 360
    /// The convolution behind the groups.
    package var connection = TransformerConnection.one
    /// Channels in front of the upsampler.
    package var upsampledFeatures = 64
    /// Whether the first convolution's result is normalized.
    package var normalizesInput = true
    /// Whether queries, keys and values have a bias.
    package var attentionBias = true

    /// The network ×4 of usual size.
    package init() {}

    /// Channels, heads and hidden channels of each block of a group.
    var blocks: [(channels: Int, heads: Int, hidden: Int)] {
        (0..<5).map { index in
            let channels = features + index * growth
            // Channels are larger than heads, as `limits` makes sure.
            let blockHeads = index == 0 ? heads : heads - channels % heads
            let inside = Double(channels) * (Double(hidden) / Double(features))
            return (channels, blockHeads, index < 3 ? Int(saturating: inside.rounded(.down)) : channels)
        }
    }
}

extension Architecture {
    /// DRCT of all sizes, in the public code `DRCT`.
    public static let drct = Architecture(
        id: "drct", family: .upscaler, parameters: DRCTParameters.self,
        limits: { sizes throws(ParameterError) in
            try ParameterError.check("growth", sizes.growth, in: 1...1024)
            try ParameterError.check("features", sizes.features, in: 1...1024)
            try ParameterError.check("heads", sizes.heads, in: 1...256)
            try sizes.checkTransformer(
                window: sizes.window, heads: sizes.blocks.map { ($0.heads, $0.channels) }, hidden: sizes.hidden,
                blocks: 5, upsampler: .shuffle, connection: sizes.connection,
                upsampledFeatures: sizes.upsampledFeatures)
        },
        multiple: { $0.window },
        words: { sizes in
            sizes.words(
                "DRCT",
                "\(sizes.depth) groups, \(sizes.features) features, growth \(sizes.growth), windows of \(sizes.window)")
        },
        isSurplus: isAttentionConstant,
        detect: { shapes in
            guard let around = TransformerSurroundings(shapes), around.upsampler == .shuffle,
                let table = shapes["layers.0.swin1.attn.relative_position_bias_table", rank: 2],
                let inside = shapes["layers.0.swin1.mlp.fc1.weight", rank: 2],
                let adjusting = shapes["layers.0.adjust1.weight", rank: 4], let sides = table[0].root
            else { return nil }
            var sizes = DRCTParameters()
            (sizes.scale, sizes.features) = (around.scale, around.features)
            (sizes.inputChannels, sizes.outputChannels) = (around.inputChannels, around.outputChannels)
            (sizes.connection, sizes.upsampledFeatures) = (around.connection, around.upsampledFeatures)
            sizes.depth = shapes.count { "layers.\($0).swin1.norm1.weight" }
            (sizes.growth, sizes.heads, sizes.hidden) = (adjusting[0], table[1], inside[0])
            sizes.window = (sides + 1) / 2
            sizes.normalizesInput = shapes.has("patch_embed.norm.weight")
            sizes.attentionBias = shapes.has("layers.0.swin1.attn.qkv.bias")
            return sizes
        },
        make: { sizes, random in
            var frame = TransformerFrame(
                scale: sizes.scale, features: sizes.features, inputChannels: sizes.inputChannels,
                multiple: sizes.window, connection: sizes.connection, upsampledFeatures: sizes.upsampledFeatures)
            if !sizes.normalizesInput { frame.normalization = nil }
            let groups = (0..<sizes.depth).map { _ in DenseGroup(sizes, random: random) }
            return UpscalingTransformer(frame, reach: sizes.depth * 5 * sizes.window, layers: groups, random: random)
        })
}

/// Five Swin blocks. Each sees the group's input and what the blocks before it have made.
final class DenseGroup: Layer {
    let swin1: SwinBlock
    let adjust1: Conv2d
    let swin2: SwinBlock
    let adjust2: Conv2d
    let swin3: SwinBlock
    let adjust3: Conv2d
    let swin4: SwinBlock
    let adjust4: Conv2d
    let swin5: SwinBlock
    let adjust5: Conv2d

    init(_ sizes: DRCTParameters, random: Random) {
        let blocks = sizes.blocks
        func block(_ index: Int) -> SwinBlock {
            SwinBlock(
                blocks[index].channels, heads: blocks[index].heads, hidden: blocks[index].hidden,
                windows: AttentionWindows(sizes.window, isShifted: index % 2 == 1), bias: sizes.attentionBias,
                random: random)
        }
        func adjusting(_ index: Int) -> Conv2d {
            Conv2d(blocks[index].channels, index < 4 ? sizes.growth : sizes.features, kernel: 1, random: random)
        }
        (swin1, adjust1) = (block(0), adjusting(0))
        (swin2, adjust2) = (block(1), adjusting(1))
        (swin3, adjust3) = (block(2), adjusting(2))
        (swin4, adjust4) = (block(3), adjusting(3))
        (swin5, adjust5) = (block(4), adjusting(4))
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        var parts = [x]
        for (block, convolution) in [(swin1, adjust1), (swin2, adjust2), (swin3, adjust3), (swin4, adjust4)] {
            let seen = Tensor.concatenated(parts, axis: 1)
            parts.append(convolution(block(seen, mode), mode).leakyReLU(slope: 0.2))
        }
        let last = swin5(Tensor.concatenated(parts, axis: 1), mode)
        return adjust5(last, mode).scaled(by: 0.2) + x
    }
}
