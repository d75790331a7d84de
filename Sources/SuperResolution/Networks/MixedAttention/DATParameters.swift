import Layers
import Models

/// The parameters of DAT.
package struct DATParameters: TrunkParameters {
    /// How many times larger the result is.
    package var scale = 4
    /// Channels of the hidden layers.
    package var features = 180
    /// Channels of the input.
    package var inputChannels = 3
    /// Channels of the output, as many.
    package var outputChannels = 3
    /// The blocks of every group.
    package var blocks = [Int](repeating: 6, count: 6)
    /// The heads of every group; even.
    package var heads = [Int](repeating: 6, count: 6)
    /// Channels inside of the feed-forward networks; even.
    package var hidden = 360
    /// The sides of a window, the shorter one first.
    package var split = [8, 32]
    /// Whether queries, keys and values have a bias.
    package var bias = true
    /// The convolutions behind the blocks of a group.
    package var connection = TransformerConnection.one
    /// How the size of the result is reached.
    package var upsampler = TransformerUpsampler.shuffle
    /// Channels in front of the upsampler.
    package var upsampledFeatures = 64
    /// The factor by which the result is resized at the end; 1 for none.
    package var resize = 1.0

    /// DAT-2's sizes.
    package init() {}
}

extension Architecture {
    /// DAT (Chen et al. 2023).
    public static let dat = Architecture(
        id: "dat", family: .upscaler, wraps: false, parameters: DATParameters.self,
        limits: { sizes throws(ParameterError) in
            try sizes.checkTrunk()
            try RectangleAttention.check(sizes, split: sizes.split, hidden: sizes.hidden)
            try sizes.check(upsamplers: [.shuffle, .shuffleDirectly])
        },
        words: {
            let sides = $0.split.map(String.init).joined(separator: "×")
            return $0.words("DAT", "\($0.blocks.reduce(0, +)) blocks, \($0.features) features, windows of \(sides)")
        },
        isSurplus: RectangleAttention.isSurplus,
        detect: { shapes in
            var sizes = DATParameters()
            let block = "layers.0.blocks.0"
            guard let hidden = shapes["\(block).ffn.fc1.weight", rank: 2], shapes.has("\(block).ffn.sg.norm.weight"),
                shapes.has("\(block).attn.spatial_interaction.0.weight"),
                let split = RectangleAttention.split(shapes), sizes.read(shapes)
            else { return nil }
            (sizes.hidden, sizes.split) = (hidden[0], split)
            sizes.bias = shapes.has("\(block).attn.qkv.bias")
            sizes.readGroups(shapes) { group in
                // The second block has the number itself, the first only the half of an even number.
                shapes["\(group).blocks.1.attn.temperature", rank: 3]?[0]
            }
            return sizes
        },
        make: { $0.network(random: $1) })
}
