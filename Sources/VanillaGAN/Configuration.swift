import Layers
import Models
import TensorCore
import Training

/// The networks of an unconditional GAN, and how they are trained.
public struct VanillaGANConfiguration: AdversarialFamily, Hashable {
    /// `gan`.
    package static let kind = "gan"
    /// The architectures of unconditional generators.
    package static let architectures: [Architecture] = [.mlp, .dcgan]
    /// What its networks are for.
    package static let summary = "the networks of the first papers (2014, 2016), for small images"
    /// No classes.
    package static let classes = ClassUse.never

    /// The family of networks.
    public enum Network: String, Codable, Sendable, CaseIterable {
        /// The multilayer perceptrons of the 2014 paper.
        case perceptron
        /// DCGAN's convolutional pair.
        case convolutional
    }

    /// The family of networks.
    public var network: Network = .convolutional
    /// The form of the images.
    public var image: ImageShape
    /// The size of a latent vector.
    public var latentSize = 100
    /// Units of the perceptron's hidden layers, or channels at half of the image's size.
    public var generatorWidth = 64
    /// Maxout units of the perceptron's hidden layers, or channels at half of the image's size.
    public var discriminatorWidth = 64
    /// Spectral normalization in the convolutional discriminator instead of batch normalization.
    public var spectralNorm = false
    /// How the networks are trained.
    public var training = AdversarialSettings()

    /// Empty: there are no classes.
    package var classNames: [String] { [] }

    /// Good defaults for an image size, of either family.
    package init(image: ImageShape, network: Network = .convolutional) {
        self.image = image
        self.network = network
        switch network {
        case .perceptron:
            generatorWidth = 1200
            discriminatorWidth = 240
            training.batchSize = 100
        case .convolutional:
            training.batchSize = image.size <= 64 ? 64 : 16
            generatorWidth = image.size <= 64 ? 64 : 32
            discriminatorWidth = generatorWidth
        }
    }

    /// Good defaults for an image size; class names are ignored.
    package init(image: ImageShape, classNames: [String]) { self.init(image: image) }

    /// Good defaults for one of the architectures; class names are ignored.
    package init(image: ImageShape, classNames: [String], architecture: Architecture) {
        self.init(image: image, network: architecture.id == Architecture.mlp.id ? .perceptron : .convolutional)
    }

    /// The generator in model folders.
    package var generator: NetworkConfiguration {
        NetworkConfiguration(network == .perceptron ? .mlp : .dcgan, VanillaGANParameters(self))
    }
    /// The widths of both networks.
    package var widths: [(name: String, value: Int)] {
        [("generatorWidth", generatorWidth), ("discriminatorWidth", discriminatorWidth)]
    }
    /// The members that ``generator`` also contains.
    package static let generatorMembers: Set = ["network", "generatorWidth"]

    /// A discriminator with fresh weights drawn from `random`.
    package func makeDiscriminator(random: Random) -> any ImageDiscriminator {
        switch network {
        case .perceptron:
            PerceptronDiscriminator(
                size: image.size, channels: image.channels, width: discriminatorWidth, random: random)
        case .convolutional:
            ConvolutionalDiscriminator(
                size: image.size, channels: image.channels, width: discriminatorWidth,
                spectralNorm: spectralNorm, random: random)
        }
    }
}
