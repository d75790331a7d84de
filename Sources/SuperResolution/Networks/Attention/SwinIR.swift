import Layers
import Models
import TensorCore

/// The parameters of SwinIR (Liang et al. 2021) and SRFormer (Zhou et al. 2023).
package struct SwinIRParameters: UpscalerParameters {
    /// 1 to 16, as the upsampler allows.
    package var scale = 4
    /// Groups of blocks: 4 in the lightweight network, 6 in the medium one, 9 in the large one.
    package var depth = 6
    /// Channels of the groups: 60, 180 or 240.
    package var features = 180
    /// Channels of the input.
    package var inputChannels = 3
    /// Channels of the output; those of the input.
    package var outputChannels = 3
    /// The factor by which the result is resized at the end; 1 for none.
    package var resize = 1.0
    /// Blocks in each group; every second one has shifted windows.
    package var blocks = 6
    /// Heads of the attention; they divide the features.
    package var heads = 6
    /// The side of windows.
    package var window = 8
    /// Channels inside of the network of each pixel.
    package var hidden = 360
    /// How the size of the result is reached.
    package var upsampler = TransformerUpsampler.shuffle
    /// The convolutions behind the blocks.
    package var connection = TransformerConnection.one
    /// Channels in front of the upsampler.
    package var upsampledFeatures = 64
    /// The image is first made smaller by this factor by turning pixels into channels.
    package var unshuffle = 1
    /// The network works on images times this number; 255 in those against traces of JPEG.
    package var range = 1.0
    /// Whether the first convolution's result is normalized.
    package var normalizesInput = true
    /// Whether queries, keys and values have a bias.
    package var attentionBias = true

    /// The medium network ×4.
    package init() {}

    var frame: TransformerFrame {
        var frame = TransformerFrame(
            scale: scale, features: features, inputChannels: inputChannels, multiple: window * unshuffle,
            upsampler: upsampler, connection: connection, upsampledFeatures: upsampledFeatures)
        (frame.unshuffle, frame.range) = (unshuffle, range)
        if !normalizesInput { frame.normalization = nil }
        return frame
    }

    func check() throws(ParameterError) {
        try checkTransformer(
            window: window, heads: [(heads, features)], hidden: hidden, blocks: blocks, upsampler: upsampler,
            connection: connection, upsampledFeatures: upsampledFeatures, unshuffle: unshuffle)
        try ParameterError.check("range", range, in: 1...255)
    }

    /// What the names and shapes around the blocks of a file say; nil if they are of something else.
    init?(around shapes: TensorShapes, attention: String, bias: String) {
        let block = "layers.0.residual_group.blocks.0."
        guard let around = TransformerSurroundings(shapes),
            let table = shapes[block + attention + "relative_position_bias_table", rank: 2],
            let inside = shapes[block + "mlp.fc1.weight", rank: 2]
        else { return nil }
        (scale, features, unshuffle) = (around.scale, around.features, around.unshuffle)
        (inputChannels, outputChannels) = (around.inputChannels, around.outputChannels)
        (connection, upsampler) = (around.connection, around.upsampler)
        upsampledFeatures = around.upsampledFeatures
        depth = shapes.count { "layers.\($0).residual_group.blocks.0.norm1.weight" }
        blocks = shapes.count { "layers.0.residual_group.blocks.\($0).norm1.weight" }
        (heads, hidden) = (table[1], inside[0])
        normalizesInput = shapes.has("patch_embed.norm.weight")
        attentionBias = shapes.has(block + bias)
    }
}

extension Architecture {
    /// SwinIR of all sizes and with all upsamplers, in the public code `SwinIR`.
    public static let swinir = Architecture(
        id: "swinir", family: .upscaler, parameters: SwinIRParameters.self,
        limits: { sizes throws(ParameterError) in try sizes.check() },
        multiple: { $0.window * $0.unshuffle },
        words: { sizes in
            sizes.words(
                "SwinIR",
                "\(sizes.depth) × \(sizes.blocks) blocks, \(sizes.features) features, windows of \(sizes.window), "
                    + sizes.upsampler.rawValue)
        },
        formerNames: { shapes in
            // The image passes a layer without weights first.
            guard shapes.has("conv_first.1.weight") else { return nil }
            return { $0 == "conv_first.1" ? "conv_first" : String($0) }
        },
        isSurplus: isAttentionConstant,
        detect: { shapes in
            guard shapes.has("layers.0.residual_group.blocks.0.attn.qkv.weight"),
                !shapes.has("layers.0.residual_group.overlap_attn.qkv.weight"),
                var sizes = SwinIRParameters(around: shapes, attention: "attn.", bias: "attn.qkv.bias"),
                let table = shapes["layers.0.residual_group.blocks.0.attn.relative_position_bias_table", rank: 2],
                let sides = table[0].root
            else { return nil }
            sizes.window = (sides + 1) / 2
            // Only the networks against traces of JPEG have such windows, and they work on levels.
            sizes.range = sizes.window == 7 ? 255 : 1
            return sizes
        },
        make: { sizes, random in
            let groups = (0..<sizes.depth).map { _ in
                TransformerGroup(
                    (0..<sizes.blocks).map { index in
                        SwinBlock(
                            sizes.features, heads: sizes.heads, hidden: sizes.hidden,
                            windows: AttentionWindows(sizes.window, isShifted: index % 2 == 1),
                            bias: sizes.attentionBias, random: random)
                    }, conv: sizes.connection.layer(sizes.features, random: random))
            }
            let reach = sizes.depth * (sizes.blocks * sizes.window + 3) * sizes.unshuffle
            return UpscalingTransformer(sizes.frame, reach: reach, layers: groups, random: random)
        })

    /// Tables of positions and masks, which follow from the sizes.
    static let isAttentionConstant: @Sendable (String) -> Bool = { name in
        let last = name.split(separator: ".").last ?? ""
        return last.hasPrefix("relative_position_index") || last == "aligned_relative_position_index"
            || last == "attn_mask"
    }
}

extension Int {
    /// The square root; nil if it is not whole.
    var root: Int? {
        let root = Int(Double(self).squareRoot().rounded())
        return root * root == self ? root : nil
    }
}
