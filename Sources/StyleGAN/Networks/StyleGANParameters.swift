import Models

/// The parameters of StyleGAN2's networks.
package struct StyleGANParameters: NetworkParameters {
    /// The images that it makes; its `size` is the longer side of the network's images.
    package var image = ImageShape(size: 64, channels: 3)
    /// Rows of the smallest features, a multiple of 4. The network's images are a power of two times as large.
    package var startHeight = 4
    /// Columns of the smallest features, a multiple of 4.
    package var startWidth = 4
    /// The size of a latent vector.
    package var latentSize = 512
    /// The size of a style.
    package var styleSize = 512
    /// The number of fully connected layers from latent vectors to styles.
    package var mappingLayers = 8
    /// The number of classes; 0 for an unconditional network.
    package var classCount = 0
    /// Block `b64` has this number divided by 64 of channels, and so on.
    package var channelBase = 16_384
    /// The most channels.
    package var channelMax = 512
    /// How blocks are joined.
    package var form = StyleGANForm.skip
    /// The limit of the results of convolutions, 256 in files of half-precision trainings; 0 is none.
    package var clamp = 0.0
    /// Where the latent vectors of seeds come from.
    package var latentSource = LatentSource.philox

    /// Those of a large network for 64×64 images.
    package init() {}

    /// The facts that are known without building the network.
    package var facts: NetworkFacts { NetworkFacts(image: image, latentSize: latentSize, classCount: classCount) }

    /// One size of features: `number` names its block.
    struct Level: Hashable {
        let number: Int
        let channels: Int
        let height: Int
        let width: Int
    }

    /// The sizes of features, the smallest first.
    var levels: [Level] {
        var levels: [Level] = []
        var factor = 1
        while factor * max(startHeight, startWidth) <= image.size {
            let number = 4 * factor
            levels.append(
                Level(
                    number: number, channels: max(min(channelBase / number, channelMax), 1),
                    height: startHeight * factor, width: startWidth * factor))
            factor *= 2
        }
        return levels
    }

    func check() throws(ParameterError) {
        try ParameterError.check("image.size", image.size, in: 8...1024)
        try ParameterError.check("image.channels", image.channels, in: 1...4)
        for (name, start) in [("startHeight", startHeight), ("startWidth", startWidth)] {
            try ParameterError.check(name, start, in: 4...64)
            if start % 4 != 0 { throw ParameterError("\(name) is \(start), it must be a multiple of 4") }
        }
        let factor = image.size / max(startHeight, startWidth)
        if factor < 2 || factor.nonzeroBitCount != 1 || image.size % max(startHeight, startWidth) != 0 {
            throw ParameterError(
                "image.size is \(image.size), it must be a power of two times \(max(startHeight, startWidth))")
        }
        try ParameterError.check("image.contentHeight", image.contentHeight, in: 1...startHeight * factor)
        try ParameterError.check("image.contentWidth", image.contentWidth, in: 1...startWidth * factor)
        try ParameterError.check("latentSize", latentSize, in: 1...65_536)
        try ParameterError.check("styleSize", styleSize, in: 1...65_536)
        try ParameterError.check("mappingLayers", mappingLayers, in: 1...64)
        try ParameterError.check("classCount", classCount, in: 0...65_536)
        try ParameterError.check("channelBase", channelBase, in: 1...1 << 22)
        try ParameterError.check("channelMax", channelMax, in: 1...4096)
        try ParameterError.check("clamp", clamp, in: 0...1e9)
    }
}

extension ModelFamily {
    /// Generators with styles.
    package static let styleGAN2 = ModelFamily(kind: "stylegan2", task: .generate)
}

extension Architecture {
    /// StyleGAN2's generator (Karras et al. 2020).
    package static let styleGAN2 = Architecture(
        id: "stylegan2", family: .styleGAN2, parameters: StyleGANParameters.self,
        limits: { sizes throws(ParameterError) in try sizes.check() },
        license: styleGANLicense, words: { "StyleGAN2 \($0.image.contentWidth)×\($0.image.contentHeight)" },
        layouts: [.styleGAN2TensorFlow, .styleGAN2Rosinality, .styleGAN2ADA],
        isSurplus: { $0.hasSuffix(".resample_filter") },
        detect: { StyleGANParameters($0) },
        make: { StyleGenerator($0, random: $1) })
}
