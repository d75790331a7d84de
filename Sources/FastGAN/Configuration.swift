import Features
import Layers
import Models
import TensorCore
import Training

/// FastGAN's generator against discriminators in the features of a trained network, and how they are trained: for
/// datasets of 50 to 5,000 images (Liu et al. 2021; Sauer et al. 2021).
package struct FastGANConfiguration: AdversarialFamily, Hashable {
    /// `fastgan`.
    package static let kind = "fastgan"
    /// The only one.
    package static let architectures: [Architecture] = [.fastgan]
    /// What its networks are for.
    package static let summary = "learns from few images (2021): 50 to 5,000 of 64 to 512 pixels"
    /// With and without.
    package static let classes = ClassUse.either
    /// In any trained network.
    package static let isProjected = true

    /// The name of the model in whose features the discriminators see images.
    package var projected = ModelStore.imageFeaturesName
    /// In the order of the labels; empty for an unconditional pair.
    package var classNames: [String]
    /// The form of the images.
    package var image: ImageShape
    /// The size of a latent vector.
    package var latentSize = 256
    /// Channels of the generator at 128×128.
    package var generatorWidth = 64
    /// Channels of each discriminator after its first convolution.
    package var discriminatorWidth = 64
    /// Spectral normalization in the discriminators.
    package var spectralNorm = true
    /// How the networks are trained.
    package var training = AdversarialSettings()

    /// Good defaults for an image size.
    package init(image: ImageShape, classNames: [String]) {
        self.image = image
        self.classNames = classNames
        training.loss = .hinge
        training.beta1 = 0
        training.beta2 = 0.99
        training.batchSize = 8
        training.augmentation = [.color, .translation, .cutout]
        training.matchesClasses = classNames.isEmpty ? nil : true
    }

    /// The generator in model folders.
    package var generator: NetworkConfiguration { NetworkConfiguration(.fastgan, FastGANParameters(self)) }
    /// The widths of both networks.
    package var widths: [(name: String, value: Int)] {
        [("generatorWidth", generatorWidth), ("discriminatorWidth", discriminatorWidth)]
    }
    /// The members that ``generator`` also contains.
    package static let generatorMembers: Set = ["generatorWidth"]

    /// The model in whose features the discriminators see images; it cannot be nil.
    package var projectedModel: String? {
        get { projected }
        set { projected = newValue ?? ModelStore.imageFeaturesName }
    }

    /// Impossible: the discriminators need the features of ``projectedModel``.
    package func makeDiscriminator(random: Random) -> any ImageDiscriminator {
        preconditionFailure("the discriminators of FastGAN need the features of “\(projected)”")
    }

    /// Discriminators with fresh weights drawn from `random`, in the features of ``projectedModel``.
    package func makeDiscriminator(in features: any PerceptualNetwork, random: Random) -> any ImageDiscriminator {
        ProjectedDiscriminators(
            in: features, image: image, classes: classNames.count, width: discriminatorWidth,
            spectralNorm: spectralNorm, random: random)
    }
}
