import Models

/// The parameters of RCAN.
package struct RCANParameters: UpscalerParameters {
    /// How many times larger the result is.
    package var scale = 4
    /// Groups of residual blocks.
    package var depth = 10
    /// Channels of the hidden layers.
    package var features = 64
    /// Channels of the input.
    package var inputChannels = 3
    /// Channels of the output, as many.
    package var outputChannels = 3
    /// The factor by which the result is resized at the end; 1 for none.
    package var resize = 1.0
    /// Residual blocks in a group.
    package var blocks = 20
    /// Channels inside the attention.
    package var attention = 4
    /// The side of the kernels.
    package var kernel = 3
    /// Whether the mean color is subtracted at the start and added at the end.
    package var normalized = true
    /// Whether pixels become channels first, so that the network works at a quarter of the result's side.
    package var unshuffled = false

    /// The paper's network ×4.
    package init() {}

    /// Pixel shuffles by 2.
    var doublings: Int { scale.trailingZeroBitCount }
}

extension Architecture {
    /// RCAN.
    public static let rcan = Architecture(
        id: "rcan", family: .upscaler, parameters: RCANParameters.self,
        limits: { sizes throws(ParameterError) in
            try sizes.check(
                scales: sizes.unshuffled ? [1, 2] : [1, 2, 3, 4, 8, 16],
                channelsFit: sizes.inputChannels == sizes.outputChannels
                    && (!sizes.normalized || sizes.inputChannels == 3))
            try ParameterError.check("blocks", sizes.blocks, in: 0...512)
            try ParameterError.check("attention", sizes.attention, in: 1...1024)
            guard (1...31).contains(sizes.kernel), sizes.kernel % 2 == 1 else {
                throw ParameterError("kernel is \(sizes.kernel), it must be an odd number up to 31")
            }
        },
        multiple: { $0.unshuffled ? 4 / $0.scale : 1 },
        words: { $0.words("RCAN", "\($0.depth) groups of \($0.blocks) blocks, \($0.features) features") },
        detect: { shapes in
            let plain = shapes["head.0.weight", rank: 4]
            guard let first = plain ?? shapes["head.1.weight", rank: 4], let last = shapes["tail.1.weight", rank: 4],
                let squeezed = shapes["body.0.body.0.body.3.conv_du.0.weight", rank: 4]
            else { return nil }
            var sizes = RCANParameters()
            (sizes.features, sizes.attention, sizes.kernel) = (first[0], squeezed[0], first[2])
            (sizes.inputChannels, sizes.outputChannels) = (last[0], last[0])
            sizes.depth = shapes.count { "body.\($0).body.0.body.0.weight" }
            sizes.blocks = shapes.count { "body.0.body.\($0).body.0.weight" }
            sizes.normalized = shapes.has("sub_mean.weight")
            sizes.unshuffled = plain == nil
            let doublings = shapes.count { "tail.0.\(2 * $0).weight" }
            guard doublings <= 4 else { return nil }
            sizes.scale = shapes["tail.0.0.weight", rank: 4]?[0] == 9 * first[0] ? 3 : 1 << doublings
            if sizes.unshuffled {
                guard let fold = [2, 4].first(where: { first[1] == last[0] * $0 * $0 }) else { return nil }
                sizes.scale = 4 / fold
            }
            return sizes
        },
        make: { RCAN($0, random: $1) })
}
