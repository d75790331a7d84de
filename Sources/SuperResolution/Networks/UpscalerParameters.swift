import Layers
import Models

extension ModelFamily {
    /// Upscalers, whose images have values from 0 to 1.
    public static let upscaler = ModelFamily(kind: "sr", task: .upscale, valueRange: 0...1)
}

extension Array where Element == Architecture {
    /// The networks that upscalers are made of.
    public static var upscalers: [Architecture] { [.srresnet, .msrresnet, .rrdb, .compact] }
}

/// What every upscaler is built from.
public protocol UpscalerParameters: NetworkParameters {
    /// How many times larger the result is.
    var scale: Int { get set }
    /// Blocks, or convolutions where there are no blocks.
    var depth: Int { get set }
    /// Channels of the hidden layers.
    var features: Int { get set }
    /// Channels of the image that comes in.
    var inputChannels: Int { get set }
    /// Channels of the image that goes out.
    var outputChannels: Int { get set }
    /// What the network's result is resized by at the end, by a cubic with a = −0.75, as some public models are used for
    /// other scales than their own; 1 leaves it as it is.
    var resize: Double { get set }
}

extension UpscalerParameters {
    /// Upscalers take images of any size.
    public var facts: NetworkFacts { NetworkFacts() }

    /// How many times larger the result is and what channels become, in words: `MSRResNet ×4 (…, 3 → 3 channels)`.
    func words(_ name: String, _ sizes: String) -> String {
        "\(name) ×\(scale) (\(sizes), \(inputChannels) → \(outputChannels) channels"
            + (resize == 1 ? ")" : ", resized by \(resize))")
    }

    /// Refuses numbers that are beyond reason, scales that the network does not have, and channels that it cannot turn
    /// into each other.
    func check(scales: [Int], channelsFit: Bool) throws(ParameterError) {
        try ParameterError.check("depth", depth, in: 0...512)
        try ParameterError.check("features", features, in: 1...1024)
        try ParameterError.check("inputChannels", inputChannels, in: 1...64)
        try ParameterError.check("outputChannels", outputChannels, in: 1...64)
        guard scales.contains(scale) else {
            throw ParameterError("scale is \(scale), it has to be one of \(scales)")
        }
        guard channelsFit else {
            throw ParameterError("inputChannels is \(inputChannels), which cannot become \(outputChannels)")
        }
        guard resize >= 1.0 / 16 && resize <= 16 else {
            throw ParameterError("resize is \(resize), it has to be from 1/16 to 16")
        }
    }
}

/// What most upscalers are built from.
public struct PlainUpscalerParameters: UpscalerParameters {
    /// How many times larger the result is.
    public var scale = 4
    /// Blocks, or the compact network's convolutions between the first and the last.
    public var depth = 16
    /// Channels of the hidden layers.
    public var features = 64
    /// Channels of the image that comes in.
    public var inputChannels = 3
    /// Channels of the image that goes out.
    public var outputChannels = 3
    /// What the result is resized by at the end; 1 leaves it as it is.
    public var resize = 1.0

    /// The usual sizes.
    public init() {}

    init(scale: Int, depth: Int, features: Int, inputChannels: Int, outputChannels: Int) {
        (self.scale, self.depth, self.features) = (scale, depth, features)
        (self.inputChannels, self.outputChannels) = (inputChannels, outputChannels)
    }
}
