import Layers
import Models

/// The parameters of ATD.
package struct ATDParameters: TrunkParameters {
    /// How many times larger the result is.
    package var scale = 4
    /// Channels of the hidden layers.
    package var features = 210
    /// Channels of the input.
    package var inputChannels = 3
    /// Channels of the output, as many.
    package var outputChannels = 3
    /// The blocks of every group.
    package var blocks = [Int](repeating: 6, count: 6)
    /// The heads of every group.
    package var heads = [Int](repeating: 6, count: 6)
    /// The side of a window.
    package var window = 16
    /// Entries of a dictionary.
    package var tokens = 128
    /// Channels in which pixels are compared with entries.
    package var reduced = 20
    /// Pixels that attend to each other because they resemble the same entry. Files do not say it: 128 in the light
    /// network, otherwise 256.
    package var category = 256
    /// Channels inside of the feed-forward networks.
    package var hidden = 420
    /// The side of the convolution in the feed-forward networks; odd.
    package var kernel = 5
    /// Whether queries, keys and values have a bias.
    package var bias = true
    /// Whether features are normalized before the first group.
    package var normalizes = true
    /// Whether the mean color is subtracted.
    package var centers = true
    /// The convolutions behind the blocks of a group.
    package var connection = TransformerConnection.one
    /// How the size of the result is reached.
    package var upsampler = TransformerUpsampler.shuffle
    /// Channels in front of the upsampler.
    package var upsampledFeatures = 64
    /// The factor by which the result is resized at the end; 1 for none.
    package var resize = 1.0

    /// The public network's sizes.
    package init() {}
}

extension Architecture {
    /// ATD (Zhang et al. 2024).
    public static let atd = Architecture(
        id: "atd", family: .upscaler, wraps: false, parameters: ATDParameters.self,
        limits: { sizes throws(ParameterError) in
            try sizes.checkTrunk()
            try ParameterError.check("window", sizes.window, in: 2...64)
            try ParameterError.check("tokens", sizes.tokens, in: 1...4096)
            try ParameterError.check("reduced", sizes.reduced, in: 1...1024)
            try ParameterError.check("category", sizes.category, in: 1...4096)
            try ParameterError.check("hidden", sizes.hidden, in: 1...65536)
            try ParameterError.check("kernel", sizes.kernel, in: 1...31)
            guard !sizes.kernel.isMultiple(of: 2) else {
                throw ParameterError("kernel is \(sizes.kernel), it must be odd")
            }
        },
        words: {
            let sizes = "\($0.blocks.reduce(0, +)) blocks, \($0.features) features, windows of \($0.window)"
            return $0.words("ATD", sizes)
        },
        isSurplus: { $0 == "relative_position_index_SA" },
        detect: { shapes in
            var sizes = ATDParameters()
            let block = "layers.0.residual_group.layers.0"
            guard let dictionary = shapes["layers.0.residual_group.td", rank: 2],
                let query = shapes["\(block).attn_atd.wq.weight", rank: 2],
                let table = shapes["\(block).attn_win.relative_position_bias_table", rank: 2],
                let hidden = shapes["\(block).convffn.fc1.weight", rank: 2],
                let kernel = shapes["\(block).convffn.dwconv.depthwise_conv.0.weight", rank: 4], sizes.read(shapes)
            else { return nil }
            (sizes.tokens, sizes.reduced, sizes.hidden, sizes.kernel) = (dictionary[0], query[0], hidden[0], kernel[2])
            sizes.window = (Int(Double(table[0]).squareRoot()) + 1) / 2
            sizes.bias = shapes.has("\(block).wqkv.bias")
            sizes.normalizes = shapes.has("patch_embed.norm.weight")
            sizes.centers = !shapes.has("no_norm")
            sizes.category = sizes.upsampler == .shuffleDirectly && sizes.features == 48 ? 128 : 256
            let groups = shapes.count { "layers.\($0).residual_group.td" }
            sizes.blocks = (0..<groups).map { group in
                shapes.count { "layers.\(group).residual_group.layers.\($0).norm1.weight" }
            }
            sizes.heads = (0..<groups).map { group in
                let table = "layers.\(group).residual_group.layers.0.attn_win.relative_position_bias_table"
                return shapes[table, rank: 2]?[1] ?? 1
            }
            return sizes
        },
        make: { $0.network(random: $1) })
}
