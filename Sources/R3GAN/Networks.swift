import Models

extension ModelFamily {
    /// Generators with or without classes.
    package static let r3gan = ModelFamily(kind: R3GANConfiguration.kind, task: .generate)
}

/// The parameters of R3GAN's generator.
package struct R3GANParameters: NetworkParameters {
    /// The images that it makes.
    package var image = ImageShape(size: 64, channels: 3)
    /// The size of a latent vector, and of a class's embedding.
    package var latentSize = 64
    /// The number of classes; 0 for an unconditional generator.
    package var classCount = 0
    /// Channels up to 32×32 pixels; half of them at each doubling above.
    package var width = 192

    /// The default sizes.
    package init() {}

    /// The facts that are known without building the network.
    package var facts: NetworkFacts { NetworkFacts(image: image, latentSize: latentSize, classCount: classCount) }

    func check() throws(ParameterError) {
        try image.check(sizes: 32...256, powersOfTwo: true)
        try ParameterError.check("latentSize", latentSize, in: 1...65_536)
        try ParameterError.check("classCount", classCount, in: 0...65_536)
        try Self.check("width", width)
    }

    /// Groups of 16 channels must fit into a block that is twice as wide.
    static func check(_ name: String, _ width: Int) throws(ParameterError) {
        try ParameterError.check(name, width, in: 8...4096)
        if width % 8 != 0 { throw ParameterError("\(name) is \(width), it must be a multiple of 8") }
    }
}

extension Architecture {
    /// R3GAN's generator (Huang et al. 2024).
    package static let r3gan = Architecture(
        id: "r3gan", family: .r3gan, parameters: R3GANParameters.self,
        limits: { sizes throws(ParameterError) in try sizes.check() },
        make: { sizes, random in
            R3GANGenerator(
                latentSize: sizes.latentSize, classes: sizes.classCount, size: sizes.image.size,
                channels: sizes.image.channels, width: sizes.width, random: random)
        })
}
