import Layers
import Models
import TensorCore
import Training

/// The networks of a class-conditional GAN, and how they are trained.
public struct ConditionalGANConfiguration: AdversarialFamily, Hashable {
    /// `cgan`.
    package static let kind = "cgan"
    /// The architectures of conditional generators.
    package static let architectures: [Architecture] = [.concatenation, .projection]
    /// What its networks are for.
    package static let summary = "class-conditional networks (2014, 2018), for small images"
    /// One class at least.
    package static let classes = ClassUse.always

    /// How the class label reaches the networks.
    public enum Conditioning: String, Codable, Sendable, CaseIterable {
        /// An embedding is concatenated to the latent vector and to the image (Mirza & Osindero 2014).
        case concatenation
        /// Conditional batch normalization and a projection discriminator (Miyato & Koyama 2018).
        case projection
    }

    /// How the class label reaches the networks.
    public var conditioning: Conditioning = .projection
    /// In the order of the labels.
    public var classNames: [String]
    /// The form of the images.
    public var image: ImageShape
    /// The size of a latent vector.
    public var latentSize = 100
    /// Length of the label embedding of the concatenating generator.
    public var embeddingSize = 50
    /// Channels of the generator at half of the image's size; doubled at each halving, up to eight times.
    public var generatorWidth = 64
    /// Channels of the discriminator at half of the image's size; doubled at each halving, up to eight times.
    public var discriminatorWidth = 64
    /// Spectral normalization in the discriminator.
    public var spectralNorm = false
    /// How the networks are trained.
    public var training = AdversarialSettings()

    /// Good defaults for an image size, of either conditioning.
    package init(image: ImageShape, classNames: [String], conditioning: Conditioning) {
        self.image = image
        self.classNames = classNames
        self.conditioning = conditioning
        generatorWidth = image.size <= 64 ? 64 : 32
        discriminatorWidth = generatorWidth
        training.batchSize = image.size <= 64 ? 64 : 16
        if conditioning == .projection {
            training.loss = .nonSaturating
            training.r1Gamma = 0.05
            training.generatorLearningRate = 7e-4
            training.discriminatorLearningRate = 7e-4
            training.beta1 = 0
            training.beta2 = 0.99
            training.steps = 11_000
            training.schedule = .linearDecay(start: training.steps / 2, end: training.steps)
        } else {
            training.batchSize *= 2
        }
    }

    /// Good defaults for an image size, with projection.
    package init(image: ImageShape, classNames: [String]) {
        self.init(image: image, classNames: classNames, conditioning: .projection)
    }

    /// Good defaults for one of the architectures.
    package init(image: ImageShape, classNames: [String], architecture: Architecture) {
        let isConcatenating = architecture.id == Architecture.concatenation.id
        self.init(image: image, classNames: classNames, conditioning: isConcatenating ? .concatenation : .projection)
    }

    /// The generator in model folders.
    package var generator: NetworkConfiguration {
        guard conditioning == .concatenation else {
            return NetworkConfiguration(.projection, ProjectionParameters(self))
        }
        var parameters = ConcatenationParameters(self)
        parameters.embeddingSize = embeddingSize
        return NetworkConfiguration(.concatenation, parameters)
    }
    /// The widths of both networks.
    package var widths: [(name: String, value: Int)] {
        [("generatorWidth", generatorWidth), ("discriminatorWidth", discriminatorWidth)]
    }
    /// The members that ``generator`` also contains.
    package static let generatorMembers: Set = ["conditioning", "embeddingSize", "generatorWidth"]

    /// A discriminator with fresh weights drawn from `random`.
    package func makeDiscriminator(random: Random) -> any ImageDiscriminator {
        switch conditioning {
        case .concatenation:
            ConcatenationDiscriminator(
                classes: classNames.count, size: image.size, channels: image.channels,
                width: discriminatorWidth, spectralNorm: spectralNorm, random: random)
        case .projection:
            ProjectionDiscriminator(
                classes: classNames.count, size: image.size, channels: image.channels,
                width: discriminatorWidth, spectralNorm: spectralNorm, random: random)
        }
    }
}
