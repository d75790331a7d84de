import ConditionalGAN
import Evaluation
import Pix2Pix
import SuperResolution
import Training
import VanillaGAN

/// A configuration from a file, where any number may stand: what no network can be built of is refused in words.
protocol CheckedConfiguration {
    /// - Throws: `ExtentError`.
    func checkExtents() throws
}

/// A number in `config.json` that no network can be built of.
struct ExtentError: Error, CustomStringConvertible {
    let description: String

    static func check(_ key: String, _ value: Int, in range: ClosedRange<Int>) throws {
        guard !range.contains(value) else { return }
        throw ExtentError(
            description: "config.json: configuration.\(key) is \(value), it has to be from \(range.lowerBound) to "
                + "\(range.upperBound)")
    }
}

extension ImageShape {
    func checkExtents(sizes: ClosedRange<Int>, powersOfTwo: Bool) throws {
        try ExtentError.check("image.size", size, in: sizes)
        if powersOfTwo && size.nonzeroBitCount != 1 {
            throw ExtentError(
                description: "config.json: configuration.image.size is \(size), it has to be a power of two")
        }
        guard channels == 1 || channels == 3 else {
            throw ExtentError(
                description: "config.json: configuration.image.channels is \(channels), it has to be 1 or 3")
        }
        try ExtentError.check("image.contentWidth", contentWidth, in: 1...size)
        try ExtentError.check("image.contentHeight", contentHeight, in: 1...size)
    }
}

private let widths = 1...4096
private let lengths = 1...65_536

extension VanillaGANConfiguration: CheckedConfiguration {
    func checkExtents() throws {
        let convolutional = network == .convolutional
        try image.checkExtents(sizes: convolutional ? 16...256 : 1...256, powersOfTwo: convolutional)
        try ExtentError.check("latentSize", latentSize, in: lengths)
        try ExtentError.check("generatorWidth", generatorWidth, in: widths)
    }
}

extension ConditionalGANConfiguration: CheckedConfiguration {
    func checkExtents() throws {
        try image.checkExtents(sizes: 16...256, powersOfTwo: true)
        try ExtentError.check("latentSize", latentSize, in: lengths)
        try ExtentError.check("generatorWidth", generatorWidth, in: widths)
        try ExtentError.check("embeddingSize", embeddingSize, in: lengths)
        try ExtentError.check("classNames.count", classNames.count, in: lengths)
    }
}

extension ClassifierConfiguration: CheckedConfiguration {
    func checkExtents() throws {
        try image.checkExtents(sizes: 2...1024, powersOfTwo: false)
        try ExtentError.check("width", width, in: widths)
        try ExtentError.check("featureSize", featureSize, in: lengths)
        try ExtentError.check("classNames.count", classNames.count, in: lengths)
    }
}

extension Pix2PixConfiguration: CheckedConfiguration {
    func checkExtents() throws {
        try ExtentError.check("generator.depth", generator.depth, in: generator.network == .unet ? 2...12 : 1...64)
        try ExtentError.check("generator.width", generator.width, in: 1...1024)
        try ExtentError.check("generator.inputChannels", generator.inputChannels, in: 1...64)
        try ExtentError.check("generator.outputChannels", generator.outputChannels, in: 1...64)
        try ExtentError.check("frame.cropSize", frame.cropSize, in: 1...65_536)
    }
}

extension SuperResolutionConfiguration: CheckedConfiguration {
    func checkExtents() throws {
        try ExtentError.check("generator.depth", generator.depth, in: 0...512)
        try ExtentError.check("generator.features", generator.features, in: 1...1024)
        try ExtentError.check("generator.growth", generator.growth, in: 1...1024)
        try ExtentError.check("generator.inputChannels", generator.inputChannels, in: 1...64)
        try ExtentError.check("generator.outputChannels", generator.outputChannels, in: 1...64)
        if let fault = generator.fault {
            throw ExtentError(description: "config.json: configuration.generator: \(fault)")
        }
        if let resize, !(resize >= 1.0 / 16 && resize <= 16) {
            throw ExtentError(
                description: "config.json: configuration.resize is \(resize), it has to be from 1/16 to 16")
        }
    }
}

extension NaturalImageQuality.Configuration: CheckedConfiguration {
    func checkExtents() throws {
        try ExtentError.check("blockSize", blockSize, in: 8...4096)
        guard blockSize % 2 == 0 else {
            throw ExtentError(description: "config.json: configuration.blockSize is \(blockSize), it has to be even")
        }
    }
}
