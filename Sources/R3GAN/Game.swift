import ImageData
import Layers
import Models
import TensorCore
import Training

/// The game of Huang et al. 2024: both networks minimize the relativistic pairing loss (Jolicoeur-Martineau 2018),
/// which compares each generated image with a real one, and the discriminator's gradients are penalized at real
/// and at generated images in every step. Without both penalties this loss need not converge.
final class R3GANGame: AdversarialGame {
    private let settings: AdversarialSettings
    private let isConditional: Bool
    private let batch: (Int) throws -> Batch
    private let pair: AdversarialPair

    /// The values that the discriminator's phase passes to the generator's.
    private var handedOver: (real: Tensor, fakes: Tensor, labels: [Int])?

    /// - Parameter batch: real images by batch number.
    init(
        _ settings: AdversarialSettings, isConditional: Bool, _ pair: AdversarialPair,
        batch: @escaping (Int) throws -> Batch
    ) {
        self.settings = settings
        self.isConditional = isConditional
        self.pair = pair
        self.batch = batch
    }

    /// Some updates of the discriminator, then one of the generator.
    var phases: [TrainingPhase] {
        [
            TrainingPhase(
                "discriminator", [pair.players.discriminator], repetitions: settings.discriminatorSteps,
                loss: discriminatorLoss),
            TrainingPhase("generator", [pair.players.generator], loss: generatorLoss),
        ]
    }

    private func adversary(labels: [Int], _ context: StepContext) -> Adversary {
        var adversary = Adversary(settings.loss) { [discriminator = pair.discriminator] images, mode in
            DiscriminatorOutput(logits: discriminator(images, labels: labels, mode))
        }
        adversary.augmentation = settings.augmentation(at: context.scheduleStep)
        adversary.penalties = settings.penalties(at: context.scheduleStep)
        return adversary
    }

    private func discriminatorLoss(_ context: StepContext) throws -> Tensor {
        handedOver = nil
        let real = try batch((context.step - 1) * settings.discriminatorSteps + context.repetition)
        context.note(images: real.images.shape[0])
        let labels = isConditional ? real.labels : []
        let latents = context.random.normal([real.images.shape[0], pair.generator.latentSize])
        let fakes = pair.generator(latents, labels: labels, context.training)
        handedOver = (real.images, fakes, labels)
        return adversary(labels: labels, context)
            .discriminatorLoss(real: real.images, fake: fakes, context).loss
    }

    /// The discriminator has moved, so it sees the real images once more.
    private func generatorLoss(_ context: StepContext) throws -> Tensor {
        guard let (real, fakes, labels) = handedOver.take() else {
            preconditionFailure("the discriminator comes first")
        }
        let adversary = adversary(labels: labels, context)
        let compared = settings.loss.comparesWithReal ? adversary.output(of: real, context.withBorders) : nil
        let loss = settings.loss.generator(fake: adversary.output(of: fakes, context), real: compared)
        context.note(loss: "generator", loss)
        return loss
    }
}
