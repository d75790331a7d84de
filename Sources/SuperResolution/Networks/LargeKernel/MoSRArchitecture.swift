import Models

/// The parameters of MoSR.
package struct MoSRParameters: UpscalerParameters {
    /// How many times larger the result is.
    package var scale = 4
    /// Gated blocks.
    package var depth = 24
    /// Channels between the blocks.
    package var features = 64
    /// Channels of the input.
    package var inputChannels = 3
    /// Channels of the output.
    package var outputChannels = 3
    /// The factor by which the result is resized at the end; 1 for none.
    package var resize = 1.0
    /// The side of the depthwise kernels.
    package var kernel = 7
    /// Channels of the gate and of the values.
    package var hidden = 96
    /// The channels of the values that go through a depthwise convolution.
    package var convolved = 64
    /// How images become larger.
    package var enlargement = MoSR.Enlargement.shuffle

    /// The usual network ×4.
    package init() {}
}

extension Architecture {
    /// MoSR.
    public static let mosr = Architecture(
        id: "mosr", family: .upscaler, parameters: MoSRParameters.self,
        limits: { sizes throws(ParameterError) in
            try sizes.check(
                scales: Array(1...16),
                channelsFit: sizes.enlargement == .dysample || sizes.inputChannels == sizes.outputChannels)
            try ParameterError.check("hidden", sizes.hidden, in: 1...4096)
            try ParameterError.check("convolved", sizes.convolved, in: 1...sizes.hidden)
            guard (1...63).contains(sizes.kernel), sizes.kernel % 2 == 1 else {
                throw ParameterError("kernel is \(sizes.kernel), it must be an odd number up to 63")
            }
            guard sizes.enlargement != .dysample || sizes.features.isMultiple(of: 4) else {
                throw ParameterError("features is \(sizes.features), it must be a multiple of 4")
            }
        },
        words: { sizes in
            let end = sizes.enlargement == .shuffle ? "" : ", \(sizes.enlargement.rawValue)"
            return sizes.words("MoSR", "\(sizes.depth) blocks, \(sizes.features) features" + end)
        },
        detect: { shapes in
            guard let first = shapes["gblocks.0.weight", rank: 4], let large = shapes["gblocks.1.conv.weight", rank: 4],
                let inner = shapes["gblocks.1.fc1.weight", rank: 4], shapes.has("gblocks.1.norm.weight")
            else { return nil }
            var sizes = MoSRParameters()
            (sizes.features, sizes.inputChannels) = (first[0], first[1])
            sizes.depth = shapes.count { "gblocks.\($0 + 1).fc1.weight" }
            (sizes.kernel, sizes.hidden, sizes.convolved) = (large[2], inner[0] / 2, large[0])
            let square: Int
            if let offset = shapes["upsampler.offset.weight", rank: 4] {
                guard let end = shapes["upsampler.end_conv.weight", rank: 4] else { return nil }
                (sizes.enlargement, sizes.outputChannels, square) = (.dysample, end[0], offset[0] / 8)
            } else {
                let ensemble = shapes["upsampler.in_to_k.weight", rank: 4]
                guard let last = ensemble ?? shapes["upsampler.0.weight", rank: 4] else { return nil }
                sizes.enlargement = ensemble == nil ? .shuffle : .ensemble
                sizes.outputChannels = sizes.inputChannels
                square = last[0] / (ensemble == nil ? 1 : 8) / sizes.outputChannels
            }
            guard let scale = (1...16).first(where: { $0 * $0 == square }) else { return nil }
            sizes.scale = scale
            return sizes
        },
        make: { MoSR($0, random: $1) })
}
