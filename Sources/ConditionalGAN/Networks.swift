import Models

extension ModelFamily {
    /// Generators of images of a requested class.
    package static let cgan = ModelFamily(kind: ConditionalGANConfiguration.kind, task: .generate)
}

/// The parameters of a conditional generator.
package protocol ConditionalGANParameters: NetworkParameters {
    /// The images that it makes.
    var image: ImageShape { get set }
    /// The size of a latent vector.
    var latentSize: Int { get set }
    /// The number of classes.
    var classCount: Int { get set }
    /// Channels at half of the image's size; doubled at each halving, up to eight times.
    var width: Int { get set }
}

extension ConditionalGANParameters {
    /// The facts that are known without building the network.
    package var facts: NetworkFacts { NetworkFacts(image: image, latentSize: latentSize, classCount: classCount) }

    init(_ configuration: ConditionalGANConfiguration) {
        self.init()
        (image, latentSize) = (configuration.image, configuration.latentSize)
        (classCount, width) = (configuration.classNames.count, configuration.generatorWidth)
    }

    func check() throws(ParameterError) {
        try image.check(sizes: 16...256, powersOfTwo: true)
        try ParameterError.check("latentSize", latentSize, in: 1...65_536)
        try ParameterError.check("width", width, in: 1...4096)
        try ParameterError.check("classCount", classCount, in: 1...65_536)
    }
}

/// The parameters of the concatenating generator.
package struct ConcatenationParameters: ConditionalGANParameters {
    /// The images that it makes.
    package var image = ImageShape(size: 64, channels: 3)
    /// The size of a latent vector.
    package var latentSize = 100
    /// The number of classes.
    package var classCount = 1
    /// Length of the label's embedding.
    package var embeddingSize = 50
    /// Channels at half of the image's size.
    package var width = 64

    /// The default sizes.
    package init() {}
}

/// The parameters of the generator with conditional batch normalization.
package struct ProjectionParameters: ConditionalGANParameters {
    /// The images that it makes.
    package var image = ImageShape(size: 64, channels: 3)
    /// The size of a latent vector.
    package var latentSize = 100
    /// The number of classes.
    package var classCount = 1
    /// Channels at half of the image's size.
    package var width = 64

    /// The default sizes.
    package init() {}
}

extension Architecture {
    /// An embedding concatenated to the latent vector, then DCGAN's generator (Mirza & Osindero 2014).
    package static let concatenation = Architecture(
        id: "concatenation", family: .cgan, parameters: ConcatenationParameters.self,
        limits: { sizes throws(ParameterError) in
            try sizes.check()
            try ParameterError.check("embeddingSize", sizes.embeddingSize, in: 1...65_536)
        },
        make: { sizes, random in
            ConcatenationGenerator(
                latentSize: sizes.latentSize, classes: sizes.classCount, embeddingSize: sizes.embeddingSize,
                size: sizes.image.size, channels: sizes.image.channels, width: sizes.width, random: random)
        })

    /// Conditional batch normalization, for the projection discriminator (Miyato & Koyama 2018).
    package static let projection = Architecture(
        id: "projection", family: .cgan, parameters: ProjectionParameters.self,
        limits: { sizes throws(ParameterError) in try sizes.check() },
        make: { sizes, random in
            ProjectionGenerator(
                latentSize: sizes.latentSize, classes: sizes.classCount, size: sizes.image.size,
                channels: sizes.image.channels, width: sizes.width, random: random)
        })
}
