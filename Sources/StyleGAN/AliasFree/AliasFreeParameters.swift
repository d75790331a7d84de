import Foundation
import Models

/// The parameters of StyleGAN3's generator (Karras et al. 2021, "Alias-free generative adversarial networks").
package struct AliasFreeParameters: NetworkParameters {
    /// The images that it makes.
    package var image = ImageShape(size: 256, channels: 3)
    /// The size of a latent vector.
    package var latentSize = 512
    /// The size of a style.
    package var styleSize = 512
    /// The number of fully connected layers from latent vectors to styles.
    package var mappingLayers = 2
    /// The number of classes; 0 for an unconditional network.
    package var classCount = 0
    /// A layer has half of this number divided by its cutoff frequency of channels.
    package var channelBase = 32_768
    /// The most channels.
    package var channelMax = 512
    /// The number of layers before the one that makes the image.
    package var layers = 14
    /// The number of last layers that use the whole bandwidth.
    package var criticalLayers = 2
    /// The cutoff frequency of the first layer, in cycles per image.
    package var firstCutoff = 2.0
    /// The frequency from which the first layer lets nothing pass.
    package var firstStopband = 4.287_093_850_145_172
    /// The same for the last layer, divided by its cutoff.
    package var lastStopbandRatio = 1.231_144_413_344_916
    /// Pixels around the image in all layers but the last ones.
    package var margin = 10
    /// The factor of the image.
    package var outputScale = 0.25
    /// The side of the convolutions' kernels: 3 for translation (T), 1 for rotation (R).
    package var kernel = 3
    /// The filters' length at their lower rate.
    package var filterTaps = 6
    /// How much finer than the finer of its ends a layer is where its activation works.
    package var activationRate = 2
    /// Whether filters are symmetric around their center, as rotation needs it.
    package var isRadial = false
    /// The limit of the activations; 0 is none.
    package var clamp = 256.0
    /// Where the latent vectors of seeds come from.
    package var latentSource = LatentSource.numpy

    /// Those of the translation-equivariant network for 256×256 images.
    package init() {}

    /// The facts that are known without building the network.
    package var facts: NetworkFacts { NetworkFacts(image: image, latentSize: latentSize, classCount: classCount) }

    /// The signal between two layers.
    struct Level: Hashable {
        /// In cycles per image.
        let cutoff: Double
        /// Samples per image.
        let rate: Int
        /// Samples, with the margin.
        let size: Int
        let channels: Int
    }

    /// The signals behind all layers, the first of which is also the input. Cutoffs and stopbands grow geometrically up
    /// to the first critical layer.
    var levels: [Level] {
        let last = Double(image.size) / 2
        return (0...layers).map { index in
            let share = min(Double(index) / Double(layers - criticalLayers), 1)
            let cutoff = firstCutoff * pow(last / firstCutoff, share)
            let stopband = firstStopband * pow(last * lastStopbandRatio / firstStopband, share)
            let rate = Int(exp2(log2(min(stopband * 2, Double(image.size))).rounded(.up)))
            let width = min(Double(channelBase) / 2 / cutoff, Double(channelMax)).rounded(.toNearestOrEven)
            return Level(
                cutoff: cutoff, rate: rate, size: index < layers - 1 ? rate + 2 * margin : image.size,
                channels: index < layers ? max(Int(width), 1) : image.channels)
        }
    }

    func check() throws(ParameterError) {
        try ParameterError.check("image.size", image.size, in: 8...2048)
        guard image.size.nonzeroBitCount == 1 else {
            throw ParameterError("image.size is \(image.size), it must be a power of two")
        }
        try ParameterError.check("image.channels", image.channels, in: 1...4)
        try ParameterError.check("image.contentWidth", image.contentWidth, in: 1...image.size)
        try ParameterError.check("image.contentHeight", image.contentHeight, in: 1...image.size)
        try ParameterError.check("latentSize", latentSize, in: 1...65_536)
        try ParameterError.check("styleSize", styleSize, in: 1...65_536)
        try ParameterError.check("mappingLayers", mappingLayers, in: 1...64)
        try ParameterError.check("classCount", classCount, in: 0...65_536)
        try ParameterError.check("channelBase", channelBase, in: 1...1 << 22)
        try ParameterError.check("channelMax", channelMax, in: 1...4096)
        try ParameterError.check("layers", layers, in: 2...64)
        try ParameterError.check("criticalLayers", criticalLayers, in: 1...layers - 1)
        try ParameterError.check("firstCutoff", firstCutoff, in: 0.25...Double(image.size) / 2)
        try ParameterError.check("firstStopband", firstStopband, in: firstCutoff...Double(image.size))
        try ParameterError.check("lastStopbandRatio", lastStopbandRatio, in: 1...2)
        try ParameterError.check("margin", margin, in: 0...64)
        try ParameterError.check("outputScale", outputScale, in: -1e6...1e6)
        try ParameterError.check("kernel", kernel, in: 1...7)
        try ParameterError.check("filterTaps", filterTaps, in: 1...32)
        try ParameterError.check("activationRate", activationRate, in: 1...4)
        try ParameterError.check("clamp", clamp, in: 0...1e9)
    }
}

extension ModelFamily {
    /// Generators without aliasing.
    package static let styleGAN3 = ModelFamily(kind: "stylegan3", task: .generate)
}

extension Architecture {
    /// StyleGAN3's generator, of files that its program wrote; it is not trained here.
    package static let styleGAN3 = Architecture(
        id: "stylegan3", family: .styleGAN3, wraps: false, parameters: AliasFreeParameters.self,
        limits: { sizes throws(ParameterError) in try sizes.check() },
        license: styleGANLicense, words: { "StyleGAN3-\($0.isRadial ? "R" : "T") \($0.image.size)×\($0.image.size)" },
        layouts: [.styleGAN3], isSurplus: { $0.hasSuffix(".resample_filter") },
        detect: { AliasFreeParameters($0) },
        make: { AliasFreeGenerator($0, random: $1) })
}
