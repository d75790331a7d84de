import ImageData
import Layers
import TensorCore
import Training

/// The game of pix2pix (Isola et al. 2017): the discriminator learns to distinguish real pairs from translated ones;
/// then the generator learns to make translations that the discriminator takes for real and that are close to the
/// target.
final class Pix2PixGame {
    private let players: TranslationPlayers
    private let pairs: StepImages<PairBatch>
    /// The losses of both networks.
    var losses: TranslationLosses
    /// The network of the perceptual loss; nil for none.
    var perceptual: (any PerceptualNetwork)?
    /// The loss of the scores of colors; nil for a generator without a palette.
    var colors: ColorClassification?
    /// What the inputs consist of.
    var planes = InputPlanes(channels: 0)
    /// The random changes of pairs before the discriminator sees them; empty for none.
    var augmentation: [DifferentiableAugmentation] = []

    /// The values that the discriminator's phase passes to the generator's.
    private var handedOver = Handover<(pairs: PairBatch, translated: Translated, real: DiscriminatorOutput)>()

    /// What the discriminator's phase has begun with.
    private var opened = Handover<(pairs: PairBatch, output: DiscriminatorOutput)>()

    /// The result of the generator, with the scores of colors if it has a palette.
    private struct Translated {
        let image: Tensor
        let scores: Tensor?

        init(_ x: Tensor, by generator: any Layer, _ mode: ForwardMode) {
            guard let palette = generator as? PaletteGenerator else {
                (image, scores) = (generator(x, mode), nil)
                return
            }
            let scores = palette.scores(x, mode)
            (image, self.scores) = (palette.image(of: scores), scores)
        }
    }

    /// - Parameter pairs: inputs and targets `[N, C, H, W]` in −1 ... 1 by step; their channels may differ.
    init(_ players: TranslationPlayers, losses: TranslationLosses, pairs: @escaping (_ step: Int) throws -> PairBatch) {
        self.players = players
        self.losses = losses
        self.pairs = StepImages(pairs)
    }

    /// One update of the discriminator, then one of the generator.
    var phases: [TrainingPhase] {
        [
            TrainingPhase(
                "discriminator", [players.discriminating], opening: openingLoss, loss: discriminatorLoss),
            TrainingPhase("generator", [players.generating], loss: generatorLoss),
        ]
    }

    private func adversary(_ context: StepContext, seeing inputs: Tensor) -> Adversary {
        let changed = PairAugmentation(augmentation, inputChannels: inputs.shape[1], random: context.random)
        return losses.adversary(players.discriminator) { pair, _ in changed(pair) }
    }

    /// The term for real pairs, which does not depend on the generator.
    private func openingLoss(_ context: StepContext) throws -> Tensor? {
        opened.leave(nil, context)
        guard losses.adversary(players.discriminator).hasSeparateTerms(context) else { return nil }
        let pairs = try pairs(context.step, context)
        let seen = seen(pairs.inputs)
        let (loss, output) = adversary(context, seeing: seen).discriminatorLoss(
            real: pair(seen, pairs.targets), context)
        opened.leave((pairs, output), context)
        return loss
    }

    private func discriminatorLoss(_ context: StepContext) throws -> Tensor {
        let opened = opened.takeIfLeft(context)
        let pairs = try opened?.pairs ?? pairs(context.step, context)
        context.note(images: pairs.indices.count)
        let translated = Translated(pairs.inputs, by: players.generator, context.training)
        let seen = seen(pairs.inputs)
        let (loss, real) = adversary(context, seeing: seen).discriminatorLoss(
            real: pair(seen, pairs.targets), fake: pair(seen, translated.image.detached), after: opened?.output, context
        )
        handedOver.leave((pairs, translated, real), context)
        return loss
    }

    private func generatorLoss(_ context: StepContext) throws -> Tensor {
        let (pairs, made, real) = handedOver.take(context)
        let translated = made.image
        let seen = seen(pairs.inputs)
        let fake = adversary(context, seeing: seen).output(of: pair(seen, translated), context)
        let adversarial = losses.kind.generator(fake: fake, real: real)
        let distance = l1Loss(translated, pairs.targets)
        context.note(loss: "generator", adversarial)
        context.note(loss: "l1", distance)

        var goal = adversarial + distance.scaled(by: losses.l1Weight)
        if losses.featureMatchingWeight > 0 {
            let difference = TranslationLosses.featureMatching(real: real, fake: fake)
            goal = goal + difference.scaled(by: losses.featureMatchingWeight)
        }
        if losses.totalVariationWeight > 0 {
            goal = goal + TranslationLosses.totalVariation(translated).scaled(by: losses.totalVariationWeight)
        }
        if let weight = losses.checkerboardWeight, weight > 0 {
            goal = goal + checkerboardLoss(translated, pairs.targets).scaled(by: weight)
        }
        if let colors, let scores = made.scores {
            let difference = colors.loss(scores, pairs.targets)
            context.note(loss: "colors", difference)
            goal = goal + difference.scaled(by: losses.paletteWeight ?? 1)
        }
        if let weight = losses.regionWeight, weight > 0 {
            let difference = regionConsistencyLoss(translated, pairs.targets, regions: pairs.regions)
            context.note(loss: "regions", difference)
            goal = goal + difference.scaled(by: weight)
        }
        if let weight = losses.hintWeight, weight > 0, planes.hasHints {
            let mask = pairs.inputs.slice(axis: 1, from: planes.channels + ColorHints.planes - 1, count: 1)
            let difference = hintLoss(translated, pairs.targets, mask: mask)
            context.note(loss: "hints", difference)
            goal = goal + difference.scaled(by: weight)
        }
        guard let perceptual else { return goal }
        let difference = perceptual.perceptualLoss(
            Self.fromZeroToOne(translated), Self.fromZeroToOne(pairs.targets), context.precision)
        context.note("perceptual", difference.item)
        return goal + difference.scaled(by: losses.perceptualWeight ?? 1)
    }

    private static func fromZeroToOne(_ image: Tensor) -> Tensor { image.scaled(by: 0.5, plus: 0.5) }

    /// What discriminators see of inputs: never the noise, since that it belongs to the image would tell what is generated.
    private func seen(_ inputs: Tensor) -> Tensor {
        planes.hasNoise ? inputs.slice(axis: 1, from: 0, count: planes.withoutNoise) : inputs
    }

    private func pair(_ input: Tensor, _ image: Tensor) -> Tensor {
        Tensor.concatenated([input, image], axis: 1)
    }
}
