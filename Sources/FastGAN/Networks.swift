import Models

extension ModelFamily {
    /// Generators that learn from few images.
    package static let fastgan = ModelFamily(kind: FastGANConfiguration.kind, task: .generate)
}

/// The parameters of FastGAN's generator.
package struct FastGANParameters: NetworkParameters {
    /// The images that it makes.
    package var image = ImageShape(size: 128, channels: 3)
    /// The size of a latent vector.
    package var latentSize = 256
    /// The number of classes; 0 for an unconditional network.
    package var classCount = 0
    /// Channels at 128×128.
    package var width = 64

    /// The default sizes.
    package init() {}

    init(_ configuration: FastGANConfiguration) {
        (image, latentSize) = (configuration.image, configuration.latentSize)
        (classCount, width) = (configuration.classNames.count, configuration.generatorWidth)
    }

    /// The facts that are known without building the network.
    package var facts: NetworkFacts { NetworkFacts(image: image, latentSize: latentSize, classCount: classCount) }
}

extension Architecture {
    /// FastGAN's generator, with and without classes.
    package static let fastgan = Architecture(
        id: "fastgan", family: .fastgan, parameters: FastGANParameters.self,
        limits: { sizes throws(ParameterError) in
            try sizes.image.check(sizes: 64...512, powersOfTwo: true)
            try ParameterError.check("latentSize", sizes.latentSize, in: 1...65_536)
            try ParameterError.check("width", sizes.width, in: 1...1024)
            try ParameterError.check("classCount", sizes.classCount, in: 0...65_536)
        },
        words: { "FastGAN, width \($0.width)" },
        make: { sizes, random in
            FastGANGenerator(
                latentSize: sizes.latentSize, classes: sizes.classCount, size: sizes.image.size,
                channels: sizes.image.channels, width: sizes.width, random: random)
        })
}
