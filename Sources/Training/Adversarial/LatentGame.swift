import ImageData
import Layers
import Models
import TensorCore

/// The adversarial game of Goodfellow et al. 2014, algorithm 1: a discriminator learns to distinguish real images from
/// images that a generator makes from noise; then the generator learns to make the same images look real. With classes
/// (Mirza & Osindero 2014), both networks receive the class of each image.
package final class LatentGame: AdversarialGame {
    private let settings: AdversarialSettings
    private let classes: Int
    private let images: StepImages<Batch>
    private let generator: any LatentGenerator
    private let discriminator: any ImageDiscriminator
    private let players: (generator: Player, discriminator: Player)
    private let looksAgain: Bool
    private var matchesClasses: Bool { settings.matchesClasses == true && classes > 1 }

    /// The values that the discriminator's phase passes to the generator's.
    private var handedOver = Handover<(real: Tensor, fakes: Tensor, labels: [Int], output: DiscriminatorOutput)>()

    /// What the discriminator's phase has begun with.
    private var opened = Handover<
        (samples: (real: Tensor, labels: [Int], latents: Tensor), output: DiscriminatorOutput)
    >()

    /// - Parameters:
    ///   - classes: the number of classes; 0 for an unconditional pair.
    ///   - looksAgain: whether a loss of the generator that compares with real images takes what the discriminator says of
    ///     them after its update, not what it said before.
    ///   - batch: real images by batch number.
    package init(
        _ settings: AdversarialSettings, classes: Int, looksAgain: Bool = false, _ pair: AdversarialPair,
        batch: @escaping (Int) throws -> Batch
    ) {
        self.settings = settings
        self.classes = classes
        self.looksAgain = looksAgain && settings.loss.comparesWithReal
        images = StepImages(batch)
        (generator, discriminator, players) = (pair.generator, pair.discriminator, pair.players)
    }

    /// Some updates of the discriminator, then one of the generator.
    package var phases: [TrainingPhase] {
        [
            TrainingPhase(
                "discriminator", [players.discriminator], repetitions: settings.discriminatorSteps,
                opening: openingLoss, loss: discriminatorLoss),
            TrainingPhase("generator", [players.generator], loss: generatorLoss),
        ]
    }

    private func adversary(labels: [Int], _ context: StepContext) -> Adversary {
        var adversary = Adversary(settings.loss) { [discriminator] images, mode in
            discriminator.output(of: images, labels: labels, mode)
        }
        adversary.augmentation = settings.augmentation(at: context.scheduleStep)
        adversary.penalties = settings.penalties(at: context.scheduleStep)
        return adversary
    }

    /// The real images of an update, their classes, and latent vectors of as many generated ones.
    private func samples(_ context: StepContext) throws -> (real: Tensor, labels: [Int], latents: Tensor) {
        let real = try images((context.step - 1) * settings.discriminatorSteps + context.repetition, context)
        let latents = context.random.normal([real.images.shape[0], generator.latentSize])
        return (real.images, classes > 0 ? real.labels : [], latents)
    }

    /// The term for real images, which does not depend on the generator.
    private func openingLoss(_ context: StepContext) throws -> Tensor? {
        opened.leave(nil, context)
        guard !matchesClasses, adversary(labels: [], context).hasSeparateTerms(context) else { return nil }
        let samples = try samples(context)
        let adversary = adversary(labels: samples.labels, context)
        let (loss, output) = adversary.discriminatorLoss(real: samples.real, context)
        opened.leave((samples, output), context)
        return loss
    }

    private func discriminatorLoss(_ context: StepContext) throws -> Tensor {
        handedOver.leave(nil, context)
        let opened = opened.takeIfLeft(context)
        let (real, labels, latents) = try opened?.samples ?? samples(context)
        context.note(images: real.shape[0])
        let fakes = generator(latents, labels: labels, context.training)
        var adversary = adversary(labels: labels, context)
        if matchesClasses {
            let shifts = context.random.integers(labels.count, in: 1..<classes)
            let others = zip(labels, shifts).map { ($0 + $1) % classes }
            adversary.realOutputs = { [discriminator] in discriminator.outputs(of: $0, labelings: [labels, others], $1)
            }
        }
        let (loss, output) = adversary.discriminatorLoss(real: real, fake: fakes, after: opened?.output, context)
        handedOver.leave((real, fakes, labels, output), context)
        return loss
    }

    private func generatorLoss(_ context: StepContext) throws -> Tensor {
        let (real, fakes, labels, output) = handedOver.take(context)
        let adversary = adversary(labels: labels, context)
        let compared = looksAgain ? adversary.output(of: real, context.withBorders) : output
        let loss = settings.loss.generator(fake: adversary.output(of: fakes, context), real: compared)
        context.note(loss: "generator", loss)
        return loss
    }
}
