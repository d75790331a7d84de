import Models

/// The parameters of RealPLKSR.
package struct RealPLKSRParameters: UpscalerParameters {
    /// How many times larger the result is.
    package var scale = 4
    /// Blocks.
    package var depth = 28
    /// Channels of the hidden layers.
    package var features = 64
    /// Channels of the input, always 3.
    package var inputChannels = 3
    /// Channels of the output, always 3.
    package var outputChannels = 3
    /// The factor by which the result is resized at the end; 1 for none.
    package var resize = 1.0
    /// The side of the large kernels.
    package var kernel = 17
    /// The channels that have a large kernel.
    package var partial = 16
    /// Whether blocks have a gate for every value.
    package var attention = true
    /// Whether blocks begin with layer normalization instead of ending with a normalization in groups.
    package var layerNorm = false
    /// Whether DySample enlarges instead of a pixel shuffle.
    package var dysample = false

    /// Groups of channels that are normalized together.
    static let groups = 4

    /// The usual network ×4.
    package init() {}
}

extension Architecture {
    /// RealPLKSR.
    public static let realplksr = Architecture(
        id: "realplksr", family: .upscaler, parameters: RealPLKSRParameters.self,
        limits: { sizes throws(ParameterError) in
            try sizes.check(
                scales: Array(1...16), channelsFit: sizes.inputChannels == 3 && sizes.outputChannels == 3)
            try sizes.checkLargeKernel(sizes.kernel, partial: sizes.partial)
            guard sizes.layerNorm || sizes.features.isMultiple(of: RealPLKSRParameters.groups) else {
                throw ParameterError("features is \(sizes.features), it must be a multiple of 4")
            }
        },
        words: { sizes in
            let form = [sizes.layerNorm ? "layer norm" : nil, sizes.dysample ? "DySample" : nil].compactMap(\.self)
            let parts = ["\(sizes.depth) blocks", "\(sizes.features) features"] + form
            return sizes.words("RealPLKSR", parts.joined(separator: ", "))
        },
        detect: { shapes in
            guard let first = shapes["feats.0.weight", rank: 4],
                shapes.has("feats.1.channel_mixer.0.weight"), shapes.has("feats.1.refine.weight"),
                let large = shapes["feats.1.lk.conv.weight", rank: 4]
            else { return nil }
            var sizes = RealPLKSRParameters()
            sizes.features = first[0]
            sizes.depth = shapes.count { "feats.\($0 + 1).refine.weight" }
            guard let last = shapes["feats.\(sizes.depth + 2).weight", rank: 4],
                let scale = (1...16).first(where: { 3 * $0 * $0 == last[0] })
            else { return nil }
            sizes.scale = scale
            (sizes.kernel, sizes.partial) = (large[2], large[0])
            sizes.attention = shapes.has("feats.1.attn.f.0.weight")
            sizes.layerNorm = shapes.has("feats.1.layer_norm.weight")
            sizes.dysample = shapes.has("to_img.offset.weight")
            return sizes
        },
        make: { RealPLKSR($0, random: $1) })
}

extension UpscalerParameters {
    /// Refuses kernels without a middle and more channels than there are.
    func checkLargeKernel(_ kernel: Int, partial: Int) throws(ParameterError) {
        guard (1...63).contains(kernel), kernel % 2 == 1 else {
            throw ParameterError("kernel is \(kernel), it must be an odd number up to 63")
        }
        try ParameterError.check("partial", partial, in: 1...features)
    }
}
