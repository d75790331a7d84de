import Models

extension ModelFamily {
    /// Generators of images of a class that is asked for.
    public static let cgan = ModelFamily(kind: ConditionalGANConfiguration.kind, task: .generate)
}

extension Array where Element == Architecture {
    /// The networks that conditional generators are made of.
    public static var conditionalGenerators: [Architecture] { [.concatenation, .projection] }
}

/// What a conditional generator is built from.
public protocol ConditionalGANParameters: NetworkParameters {
    /// The images that it makes.
    var image: ImageShape { get set }
    /// Numbers in a latent vector.
    var latentSize: Int { get set }
    /// How many classes it knows.
    var classCount: Int { get set }
    /// Channels at half of the image's size; doubled at each halving, up to eight times.
    var width: Int { get set }
}

extension ConditionalGANParameters {
    /// What can be said without building it.
    public var facts: NetworkFacts { NetworkFacts(image: image, latentSize: latentSize, classCount: classCount) }

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

/// What the concatenating generator is built from.
public struct ConcatenationParameters: ConditionalGANParameters {
    /// The images that it makes.
    public var image = ImageShape(size: 64, channels: 3)
    /// Numbers in a latent vector.
    public var latentSize = 100
    /// How many classes it knows.
    public var classCount = 1
    /// Length of the label's embedding.
    public var embeddingSize = 50
    /// Channels at half of the image's size.
    public var width = 64

    /// The usual sizes.
    public init() {}
}

/// What the generator with conditional batch normalization is built from.
public struct ProjectionParameters: ConditionalGANParameters {
    /// The images that it makes.
    public var image = ImageShape(size: 64, channels: 3)
    /// Numbers in a latent vector.
    public var latentSize = 100
    /// How many classes it knows.
    public var classCount = 1
    /// Channels at half of the image's size.
    public var width = 64

    /// The usual sizes.
    public init() {}
}

extension Architecture {
    /// An embedding joined to the latent vector, then DCGAN's generator (Mirza & Osindero 2014).
    public static let concatenation = Architecture(
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

    /// Conditional batch normalization, as goes with the projection discriminator (Miyato & Koyama 2018).
    public static let projection = Architecture(
        id: "projection", family: .cgan, parameters: ProjectionParameters.self,
        limits: { sizes throws(ParameterError) in try sizes.check() },
        make: { sizes, random in
            ProjectionGenerator(
                latentSize: sizes.latentSize, classes: sizes.classCount, size: sizes.image.size,
                channels: sizes.image.channels, width: sizes.width, random: random)
        })
}
