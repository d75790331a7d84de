import Layers
import TensorCore
import Training

/// An unconditional adversarial pair and how it is trained.
public struct VanillaGANConfiguration: AdversarialConfiguration, Hashable {
    public static let kind = "gan"

    /// The family of networks.
    public enum Network: String, Codable, Sendable, CaseIterable {
        /// The multilayer perceptrons of the 2014 paper.
        case perceptron
        /// DCGAN's convolutional pair.
        case convolutional
    }

    public var network: Network = .convolutional
    public var picture: PictureFormat
    public var latentSize = 100
    public var generatorWidth = 64
    public var discriminatorWidth = 64
    /// Spectral normalisation in the convolutional discriminator instead of batch normalisation.
    public var spectralNorm = false
    public var training = AdversarialSettings()

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
