import Foundation
import ImageData
import Layers
import Models
import TensorCore
import Training

/// The networks of Huang et al. 2024 and how they are trained. The paper's networks are four times as wide as the
/// defaults, which are for processors.
package struct R3GANConfiguration: AdversarialFamily, Hashable {
    /// `r3gan`.
    package static let kind = "r3gan"
    /// The architectures of the generators.
    package static let architectures: [Architecture] = [.r3gan]
    /// What its networks are for.
    package static let summary = "plain residual networks with a loss that converges (2024), for 32 to 256 pixels"
    /// With or without classes.
    package static let classes = ClassUse.either

    /// The form of the images.
    package var image: ImageShape
    /// In the order of the labels; empty for an unconditional pair.
    package var classNames: [String]
    /// The size of a latent vector, and of a class's embedding.
    package var latentSize = 64
    /// Channels of the generator up to 32×32 pixels; half of them at each doubling above.
    package var generatorWidth = 192
    /// The same for the discriminator.
    package var discriminatorWidth = 192
    /// Refused: there is no normalization.
    package var spectralNorm = false
    /// How the networks are trained.
    package var training = AdversarialSettings()

    /// The paper's settings for an image size, in proportion to the number of steps.
    package init(image: ImageShape, classNames: [String]) {
        self.image = image
        self.classNames = classNames
        training.batchSize = image.size <= 64 ? 32 : 16
        training.loss = .relativisticPairing
        // The paper has 2 at 64 pixels and 150 at 256.
        let gamma = 2 * pow(Double(image.size) / 64, 3)
        (training.r1Gamma, training.r2Gamma, training.r1Interval) = (gamma, gamma, 1)
        training.augmentation = [.color, .translation, .cutout]
        training.beta1 = 0
        training.beta2 = 0.9
        let change = training.steps * 4 / 5
        training.schedule = .cosineFall(to: 0.25, total: change)
        training.ramps = AdversarialRamps(
            penalties: Ramp(from: 1, to: 0.1, steps: change),
            beta2: Ramp(from: 0.9, to: 0.99, steps: change),
            averageHalfLife: Ramp(from: 0, to: Double(training.steps) / 40, steps: change),
            augmentation: Ramp(from: 0, to: 0.3, steps: change))
    }

    /// The generator in model folders.
    package var generator: NetworkConfiguration {
        var parameters = R3GANParameters()
        (parameters.image, parameters.latentSize) = (image, latentSize)
        (parameters.classCount, parameters.width) = (classNames.count, generatorWidth)
        return NetworkConfiguration(.r3gan, parameters)
    }
    /// The members that ``generator`` also contains.
    package static let generatorMembers: Set = ["generatorWidth"]

    /// Refuses impossible networks and trainings.
    package func check() throws(ParameterError) {
        try generator.wrapping(wrapping).check()
        try R3GANParameters.check("discriminatorWidth", discriminatorWidth)
        if spectralNorm { throw ParameterError("spectralNorm is true, but these networks have no normalization") }
        try ParameterError.check(in: "training") { () throws(ParameterError) in try training.check() }
    }

    /// A discriminator with fresh weights drawn from `random`.
    package func makeDiscriminator(random: Random) -> any ImageDiscriminator {
        R3GANDiscriminator(
            classes: classNames.count, embeddingSize: latentSize, size: image.size, channels: image.channels,
            width: discriminatorWidth, random: random)
    }

    /// R3GAN's game: both networks minimize the relativistic pairing loss (Jolicoeur-Martineau 2018), which compares each
    /// generated image with a real one, and the discriminator's gradients are penalized at real and at generated images
    /// in every step. Without both penalties this loss need not converge.
    package func makeGame(
        _ pair: AdversarialPair, batch: @escaping (Int) throws -> Batch
    ) -> any AdversarialGame {
        LatentGame(training, classes: classNames.count, looksAgain: true, pair, batch: batch)
    }
}
