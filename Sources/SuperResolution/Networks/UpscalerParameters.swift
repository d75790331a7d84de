import Layers
import Models

extension ModelFamily {
    /// Upscalers, whose images have values from 0 to 1.
    package static let upscaler = ModelFamily(kind: "sr", task: .upscale, valueRange: 0...1)
}

extension Array where Element == Architecture {
    /// The architectures of upscalers.
    package static var upscalers: [Architecture] {
        [
            .srresnet, .msrresnet, .rrdb, .compact, .span, .realplksr, .plksr, .mosr, .rcan, .cugan, .upconv7, .swinir,
            .srformer, .hat, .drct, .omnisr, .dat, .rgt, .atd,
        ]
    }
}

/// The parameters of every upscaler.
package protocol UpscalerParameters: NetworkParameters {
    /// How many times larger the result is.
    var scale: Int { get set }
    /// The number of blocks, or of convolutions in a network without blocks.
    var depth: Int { get set }
    /// Channels of the hidden layers.
    var features: Int { get set }
    /// Channels of the input.
    var inputChannels: Int { get set }
    /// Channels of the output.
    var outputChannels: Int { get set }
    /// The factor by which the network's result is resized at the end, with a cubic with a = −0.75. Some public models
    /// use this for other scales than their own. 1 for none.
    var resize: Double { get set }
}

extension UpscalerParameters {
    /// Upscalers take images of any size.
    package var facts: NetworkFacts { NetworkFacts() }

    /// The scale and the channels as text: `MSRResNet ×4 (…, 3 → 3 channels)`.
    func words(_ name: String, _ sizes: String) -> String {
        "\(name) ×\(scale) (\(sizes), \(inputChannels) → \(outputChannels) channels"
            + (resize == 1 ? ")" : ", resized by \(resize))")
    }

    /// Refuses unreasonable numbers, unsupported scales, and channels that cannot be converted.
    func check(scales: [Int], channelsFit: Bool) throws(ParameterError) {
        try ParameterError.check("depth", depth, in: 0...512)
        try ParameterError.check("features", features, in: 1...1024)
        try ParameterError.check("inputChannels", inputChannels, in: 1...64)
        try ParameterError.check("outputChannels", outputChannels, in: 1...64)
        guard scales.contains(scale) else {
            throw ParameterError("scale is \(scale), it must be one of \(scales)")
        }
        guard channelsFit else {
            throw ParameterError("inputChannels is \(inputChannels), which cannot become \(outputChannels)")
        }
        guard resize >= 1.0 / 16 && resize <= 16 else {
            throw ParameterError("resize is \(resize), it must be from 1/16 to 16")
        }
    }
}

/// The parameters of most upscalers.
package struct PlainUpscalerParameters: UpscalerParameters {
    /// How many times larger the result is.
    package var scale = 4
    /// Blocks, or the compact network's convolutions between the first and the last.
    package var depth = 16
    /// Channels of the hidden layers.
    package var features = 64
    /// Channels of the input.
    package var inputChannels = 3
    /// Channels of the output.
    package var outputChannels = 3
    /// The factor by which the result is resized at the end; 1 for none.
    package var resize = 1.0

    /// The default sizes.
    package init() {}

    init(scale: Int, depth: Int, features: Int, inputChannels: Int, outputChannels: Int) {
        (self.scale, self.depth, self.features) = (scale, depth, features)
        (self.inputChannels, self.outputChannels) = (inputChannels, outputChannels)
    }
}
