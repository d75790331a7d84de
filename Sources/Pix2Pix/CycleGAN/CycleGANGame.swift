import ImageData
import Layers
import TensorCore
import Training

/// The game of CycleGAN (Zhu et al. 2017, "Unpaired image-to-image translation using cycle-consistent adversarial
/// networks"): both generators learn to make images that look real, to return to the original image, and to leave
/// images of their target kind unchanged. Then each discriminator learns to distinguish real images of its kind from
/// translated ones.
final class CycleGANGame {
    /// One of the two directions of translation.
    struct Direction {
        /// The generator, and the discriminator of its target kind.
        let players: TranslationPlayers
        /// Earlier translations.
        let pool: ImagePool
    }

    private let aToB: Direction
    private let bToA: Direction
    private let images: StepImages<UnpairedBatch>
    /// The adversarial loss, the gradient penalties and total variation; the other losses need pairs.
    var losses: TranslationLosses
    /// The losses that couple the two translators.
    var cycle: CycleLosses

    /// The values that the generators' phase passes to the discriminators'.
    private var handedOver = Handover<(images: UnpairedBatch, inA: Tensor, inB: Tensor)>()
    /// What a discriminator is shown as translated, of the whole batch.
    private var shown: Tensor?

    /// - Parameter images: images `[N, C, H, W]` of both kinds in −1 ... 1 by step; they are not paired.
    init(
        aToB: Direction, bToA: Direction, losses: TranslationLosses = TranslationLosses(),
        cycle: CycleLosses = CycleLosses(), images: @escaping (_ step: Int) throws -> UnpairedBatch
    ) {
        self.aToB = aToB
        self.bToA = bToA
        self.losses = losses
        self.cycle = cycle
        self.images = StepImages(images)
    }

    /// One update of both generators together, because each one's cycle loss depends on the other, then one update of
    /// each discriminator.
    var phases: [TrainingPhase] {
        [
            TrainingPhase("generators", [aToB.players.generating, bToA.players.generating], loss: generatorLoss),
            TrainingPhase("discriminator of B", [aToB.players.discriminating]) { [self] in
                shown = aToB.pool.exchange($1(handedOver.all.map(\.inB)), random: $0)
            } loss: { [self] context in
                discriminatorLoss(aToB, real: handedOver.value(context).images.b, context)
            },
            TrainingPhase("discriminator of A", [bToA.players.discriminating]) { [self] in
                shown = bToA.pool.exchange($1(handedOver.all.map(\.inA)), random: $0)
            } loss: { [self] context in
                discriminatorLoss(bToA, real: handedOver.take(context).images.a, context)
            },
        ]
    }

    private func adversary(_ direction: Direction) -> Adversary {
        var adversary = losses.adversary(direction.players.discriminator)
        adversary.weight *= adversarialWeight
        return adversary
    }

    /// Mao et al. have a factor of ½ in both least-squares losses; this paper does not.
    private var adversarialWeight: Float { losses.kind == .leastSquares ? 2 : 1 }

    private func generatorLoss(_ context: StepContext) throws -> Tensor {
        let images = try images(context.step, context)
        context.note(images: images.a.shape[0] + images.b.shape[0])
        let inB = aToB.players.generator(images.a, context.training)
        let inA = bToA.players.generator(images.b, context.training)
        handedOver.leave((images, inA.detached, inB.detached), context)
        return goal(aToB, back: bToA, images.a, inB, images.b, weights: (cycle.weightA, cycle.weightB), context)
            + goal(bToA, back: aToB, images.b, inA, images.a, weights: (cycle.weightB, cycle.weightA), context)
    }

    /// The generators' loss for one direction.
    ///
    /// - Parameter weights: λ of the source kind and of the target kind.
    private func goal(
        _ direction: Direction, back: Direction, _ source: Tensor, _ translated: Tensor, _ target: Tensor,
        weights: (source: Float, target: Float), _ context: StepContext
    ) -> Tensor {
        let adversary = adversary(direction)
        let real = losses.kind.comparesWithReal ? adversary.output(of: target, context) : nil
        let fake = adversary.output(of: translated, context)
        let adversarial = losses.kind.generator(fake: fake, real: real).scaled(by: adversarialWeight)
        let difference = l1Loss(back.players.generator(translated, context.training), source)
        context.note(loss: "generator", adversarial)
        context.note(loss: "cycle", difference)
        var goal = adversarial + difference.scaled(by: weights.source)
        if cycle.identityWeight > 0 {
            let change = l1Loss(direction.players.generator(target, context.training), target)
            context.note(loss: "identity", change)
            goal = goal + change.scaled(by: weights.target * cycle.identityWeight)
        }
        if losses.totalVariationWeight > 0 {
            goal = goal + TranslationLosses.totalVariation(translated).scaled(by: losses.totalVariationWeight)
        }
        return goal
    }

    /// A discriminator learns from real images and from translations, some of them older.
    private func discriminatorLoss(_ direction: Direction, real: Tensor, _ context: StepContext) -> Tensor {
        guard let shown else { preconditionFailure("the pool comes first") }
        return adversary(direction).discriminatorLoss(real: real, fake: shown.part(context.share), context).loss
    }
}
