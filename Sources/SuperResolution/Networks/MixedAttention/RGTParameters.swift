import Layers
import Models

/// The parameters of RGT.
package struct RGTParameters: TrunkParameters {
    /// How many times larger the result is.
    package var scale = 4
    /// Channels of the hidden layers.
    package var features = 180
    /// Channels of the input.
    package var inputChannels = 3
    /// Channels of the output, as many.
    package var outputChannels = 3
    /// The blocks of every group.
    package var blocks = [Int](repeating: 6, count: 8)
    /// The heads of every group; even.
    package var heads = [Int](repeating: 6, count: 8)
    /// Channels inside of the feed-forward networks; even.
    package var hidden = 360
    /// Channels in which pixels are compared with the summary of the image.
    package var reduced = 90
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

    /// The public network's sizes.
    package init() {}
}

extension Architecture {
    /// RGT (Chen et al. 2024).
    public static let rgt = Architecture(
        id: "rgt", family: .upscaler, wraps: false, parameters: RGTParameters.self,
        limits: { sizes throws(ParameterError) in
            try sizes.checkTrunk()
            try RectangleAttention.check(sizes, split: sizes.split, hidden: sizes.hidden)
            try sizes.check(upsamplers: [.shuffle])
            try ParameterError.check("reduced", sizes.reduced, in: 1...4096)
            for count in sizes.heads where !sizes.reduced.isMultiple(of: count) {
                throw ParameterError("heads is \(count), which does not divide \(sizes.reduced) reduced channels")
            }
        },
        words: {
            let sides = $0.split.map(String.init).joined(separator: "×")
            return $0.words("RGT", "\($0.blocks.reduce(0, +)) blocks, \($0.features) features, windows of \(sides)")
        },
        isSurplus: RectangleAttention.isSurplus,
        detect: { shapes in
            var sizes = RGTParameters()
            let block = "layers.0.blocks.0"
            guard shapes.has("\(block).gamma"), let hidden = shapes["\(block).mlp.fc1.weight", rank: 2],
                let split = RectangleAttention.split(shapes), sizes.read(shapes)
            else { return nil }
            (sizes.hidden, sizes.split) = (hidden[0], split)
            sizes.bias = shapes.has("\(block).attn.qkv.bias")
            let features = sizes.features
            sizes.readGroups(shapes) { group in
                guard let half = shapes["\(group).blocks.0.attn.attns.0.pos.pos3.2.weight", rank: 2]?[0],
                    half > 0, half <= features
                else { return nil }
                // Only halves are known; an odd number is taken only if the even one is impossible.
                return features.isMultiple(of: 2 * half) ? 2 * half : 2 * half + 1
            }
            let second = (0..<sizes.blocks.count).lazy.compactMap { group in
                shapes["layers.\(group).blocks.1.attn.conv.weight", rank: 4]?[0]
            }.first
            sizes.reduced = second ?? features / 2
            return sizes
        },
        make: { $0.network(random: $1) })
}
