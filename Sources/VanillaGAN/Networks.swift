import Models

extension ModelFamily {
    /// Generators without classes.
    package static let gan = ModelFamily(kind: VanillaGANConfiguration.kind, task: .generate)
}

/// The parameters of an unconditional generator.
package struct VanillaGANParameters: NetworkParameters {
    /// The images that it makes.
    package var image = ImageShape(size: 64, channels: 3)
    /// The size of a latent vector.
    package var latentSize = 100
    /// Units of the perceptron's hidden layers, or channels at half of the image's size.
    package var width = 64

    /// DCGAN's.
    package init() {}

    init(_ configuration: VanillaGANConfiguration) {
        (image, latentSize) = (configuration.image, configuration.latentSize)
        width = configuration.generatorWidth
    }

    /// The facts that are known without building the network.
    package var facts: NetworkFacts { NetworkFacts(image: image, latentSize: latentSize) }

    func check(sizes: ClosedRange<Int>, powersOfTwo: Bool) throws(ParameterError) {
        try image.check(sizes: sizes, powersOfTwo: powersOfTwo)
        try ParameterError.check("latentSize", latentSize, in: 1...65_536)
        try ParameterError.check("width", width, in: 1...4096)
    }
}

extension Architecture {
    /// The multilayer perceptron of the 2014 paper.
    package static let mlp = Architecture(
        id: "mlp", family: .gan, wraps: false, parameters: VanillaGANParameters.self,
        limits: { sizes throws(ParameterError) in try sizes.check(sizes: 1...256, powersOfTwo: false) },
        make: { sizes, random in
            PerceptronGenerator(
                latentSize: sizes.latentSize, size: sizes.image.size, channels: sizes.image.channels,
                width: sizes.width, random: random)
        })

    /// DCGAN's generator.
    package static let dcgan = Architecture(
        id: "dcgan", family: .gan, parameters: VanillaGANParameters.self,
        limits: { sizes throws(ParameterError) in try sizes.check(sizes: 16...256, powersOfTwo: true) },
        make: { sizes, random in
            ConvolutionalGenerator(
                latentSize: sizes.latentSize, size: sizes.image.size, channels: sizes.image.channels,
                width: sizes.width, random: random)
        })
}
