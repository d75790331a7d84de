import Layers
import TensorCore
import Training

/// An unconditional adversarial pair and how it is trained.
public struct VanillaGANConfiguration: AdversarialConfiguration, Hashable {
    /// `gan`.
    public static let kind = "gan"

    /// The family of networks.
    public enum Network: String, Codable, Sendable, CaseIterable {
        /// The multilayer perceptrons of the 2014 paper.
        case perceptron
        /// DCGAN's convolutional pair.
        case convolutional
    }

    /// The family of networks.
    public var network: Network = .convolutional
    /// The pictures that are learnt and made.
    public var picture: PictureFormat
    /// Numbers in a latent vector.
    public var latentSize = 100
    /// Units of the perceptron's hidden layers, or channels at half of the picture's size.
    public var generatorWidth = 64
    /// Maxout units of the perceptron's hidden layers, or channels at half of the picture's size.
    public var discriminatorWidth = 64
    /// Spectral normalisation in the convolutional discriminator instead of batch normalisation.
    public var spectralNorm = false
    /// How the pair is trained.
    public var training = AdversarialSettings()

    /// Empty: there are no classes.
    public var classNames: [String] { [] }

    /// Good defaults for a picture size, of either family.
    public init(picture: PictureFormat, network: Network = .convolutional) {
        self.picture = picture
        self.network = network
        switch network {
        case .perceptron:
            generatorWidth = 1200
            discriminatorWidth = 240
            training.batchSize = 100
        case .convolutional:
            training.batchSize = picture.size <= 64 ? 64 : 16
            generatorWidth = picture.size <= 64 ? 64 : 32
            discriminatorWidth = generatorWidth
        }
    }

    /// A generator with fresh weights drawn from `random`.
    public func makeGenerator(random: Random) -> any LatentGenerator {
        switch network {
        case .perceptron:
            PerceptronGenerator(
                latentSize: latentSize, size: picture.size, channels: picture.channels, width: generatorWidth,
                random: random)
        case .convolutional:
            ConvolutionalGenerator(
                latentSize: latentSize, size: picture.size, channels: picture.channels, width: generatorWidth,
                random: random)
        }
    }

    /// A discriminator with fresh weights drawn from `random`.
    public func makeDiscriminator(random: Random) -> any PictureDiscriminator {
        switch network {
        case .perceptron:
            PerceptronDiscriminator(
                size: picture.size, channels: picture.channels, width: discriminatorWidth, random: random)
        case .convolutional:
            ConvolutionalDiscriminator(
                size: picture.size, channels: picture.channels, width: discriminatorWidth,
                spectralNorm: spectralNorm, random: random)
        }
    }
}
