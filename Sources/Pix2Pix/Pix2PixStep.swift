import Layers
import TensorCore
import Training

/// One training step of pix2pix (Isola et al. 2017): the discriminator learns to tell true pairs from translated ones,
/// then the generator learns to have its translations taken for true while staying near the target.
public struct Pix2PixStep {
    /// From images to images.
    public let generator: any Layer
    /// Judges inputs and images joined along their channels.
    public let discriminator: any DiscriminatorEnsemble
    /// Of the generator's parameters.
    public let generatorOptimizer: any Optimizer
    /// Of the discriminator's parameters.
    public let discriminatorOptimizer: any Optimizer
    /// What the two play for.
    public var losses = TranslationLosses()
    /// What the perceptual loss is taken in; nil for none.
    public var perceptual: (any PerceptualNetwork)?
    /// How pairs are changed at random before they are judged; empty leaves them as they are.
    public var augmentation: [DifferentiableAugmentation] = []
    /// The arithmetic of convolutions and matrix products.
    public var precision = Precision.float32

    /// What the networks minimized in a step.
    public struct Outcome: Sendable {
        /// Half of the adversarial loss, so that the discriminator learns no faster than the generator.
        public var discriminator: Float = 0
        /// WGAN-GP's penalty, without its weight.
        public var gradientPenalty: Float = 0
        /// How far the generator is from having its images taken for true.
        public var adversarial: Float = 0
        /// The mean absolute difference to the target.
        public var distance: Float = 0
        /// The perceptual loss, without its weight; 0 where there is none.
        public var perceptual: Float = 0
        /// The share of true pairs taken for true, and of translated ones taken for translated; nil unless measured.
        public var accuracies: (real: Float, fake: Float)?
        /// The Euclidean norms of both networks' gradients; nil unless measured.
        public var gradientNorms: (discriminator: Float, generator: Float)?
    }

    /// Networks and the optimizers of their parameters.
    public init(
        generator: any Layer, discriminator: any DiscriminatorEnsemble, generatorOptimizer: any Optimizer,
        discriminatorOptimizer: any Optimizer, losses: TranslationLosses = TranslationLosses()
    ) {
        self.generator = generator
        self.discriminator = discriminator
        self.generatorOptimizer = generatorOptimizer
        self.discriminatorOptimizer = discriminatorOptimizer
        self.losses = losses
    }

    /// One update of each network.
    ///
    /// - Parameters:
    ///   - input, target: images `[N, C, H, W]` in −1 ... 1; their channels may differ.
    ///   - random: where dropout draws from.
    ///   - measuring: whether accuracies and the norms of gradients are wanted.
    public func callAsFunction(
        from input: Tensor, to target: Tensor, random: Random, measuring: Bool = false
    ) -> Outcome {
        var outcome = Outcome()
        let translated = generator(input, .training(random, precision))

        // The discriminator learns to tell true pairs from translated ones.
        let changed = PairAugmentation(augmentation, inputChannels: input.shape[1], random: random)
        let (truePair, falsePair) = (changed(pair(input, target)), changed(pair(input, translated.detached)))
        let update = DiscriminatorUpdate(
            discriminator: discriminator, optimizer: discriminatorOptimizer, losses: losses, precision: precision)
        let judged = update(real: truePair, fake: falsePair, random: random)
        (outcome.discriminator, outcome.gradientPenalty) = (judged.loss, judged.penalty)

        // The generator learns to pass for true and to come close to the target.
        let goal = generatorGoal(
            consume translated, from: input, to: target, changed, real: judged.real, random, &outcome)
        let weights = gradients(of: consume goal, at: generatorOptimizer.values)
        generatorOptimizer.update(weights)

        if measuring {
            outcome.accuracies = judged.accuracies
            outcome.gradientNorms = (globalNorm(of: judged.weights), globalNorm(of: weights))
        }
        return outcome
    }

    /// What the generator minimizes; its main parts are noted in the outcome.
    private func generatorGoal(
        _ translated: Tensor, from input: Tensor, to target: Tensor, _ changed: PairAugmentation, real: [[Tensor]],
        _ random: Random, _ outcome: inout Outcome
    ) -> Tensor {
        let judged = discriminator.activations(changed(pair(input, translated)), .frozen(random, precision))
        let adversarial = losses.adversarial(real: real, fake: judged)
        let distance = l1Loss(translated, target)
        (outcome.adversarial, outcome.distance) = (adversarial.item, distance.item)
        var goal = losses.generator(
            adversarial: adversarial, distance: distance, real: real, fake: judged, translated: translated)
        if let weight = losses.checkerboardWeight, weight > 0 {
            goal = goal + checkerboardLoss(translated, target).scaled(by: weight)
        }
        guard let perceptual else { return goal }
        let difference = perceptual.perceptualLoss(
            Self.fromZeroToOne(translated), Self.fromZeroToOne(target), precision)
        outcome.perceptual = difference.item
        return goal + difference.scaled(by: losses.perceptualWeight ?? 1)
    }

    private static func fromZeroToOne(_ image: Tensor) -> Tensor { image.scaled(by: 0.5, plus: 0.5) }

    private func pair(_ input: Tensor, _ image: Tensor) -> Tensor {
        Tensor.concatenated([input, image], axis: 1)
    }
}
