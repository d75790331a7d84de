import Models

/// The parameters of RealPLKSR.
package struct RealPLKSRParameters: LargeKernelParameters {
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
            try sizes.checkLargeKernels()
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
            var sizes = RealPLKSRParameters()
            // Dropout, which has no weights, lies before the last convolution.
            guard shapes.has("feats.1.channel_mixer.0.weight"), sizes.read(shapes, behind: 2) else { return nil }
            sizes.layerNorm = shapes.has("feats.1.layer_norm.weight")
            sizes.dysample = shapes.has("to_img.offset.weight")
            return sizes
        },
        make: { RealPLKSR($0, random: $1) })
}
