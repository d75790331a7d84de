import Layers
import TensorCore

/// What holds the two translators of a CycleGAN together.
public struct CycleLosses: Codable, Sendable, Hashable {
    /// λ of the mean absolute difference between an image of A and what comes of it by way of B.
    public var weightA: Float = 10
    /// The same for an image of B.
    public var weightB: Float = 10
    /// Weight, relative to λ, of the difference between an image and its translation into the kind that it is of
    /// already; keeps colors. 0 is off.
    public var identityWeight: Float = 0.5

    /// The paper's.
    public init() {}
}

/// One training step of CycleGAN (Zhu et al. 2017, "Unpaired image-to-image translation using cycle-consistent
/// adversarial networks"): both generators learn to pass for true in the other kind, to come back to where they started,
/// and to leave alone what is of the right kind; then each discriminator learns to tell true images of its kind from
/// translated ones.
public struct CycleGANStep {
    /// One of the two directions.
    public struct Way {
        /// From images of the one kind to images of the other.
        public let generator: any Layer
        /// Judges images of the other kind.
        public let discriminator: any DiscriminatorEnsemble
        /// Of the generator's parameters.
        public let generatorOptimizer: any Optimizer
        /// Of the discriminator's parameters.
        public let discriminatorOptimizer: any Optimizer
        /// What the generator has made.
        public let pool: ImagePool

        /// Networks and the optimizers of their parameters.
        public init(
            generator: any Layer, discriminator: any DiscriminatorEnsemble, generatorOptimizer: any Optimizer,
            discriminatorOptimizer: any Optimizer, pool: ImagePool
        ) {
            self.generator = generator
            self.discriminator = discriminator
            self.generatorOptimizer = generatorOptimizer
            self.discriminatorOptimizer = discriminatorOptimizer
            self.pool = pool
        }
    }

    /// From A to B.
    public let aToB: Way
    /// From B to A.
    public let bToA: Way
    /// The adversarial loss, the penalty of WGAN-GP and total variation; the rest is about pairs.
    public var losses = TranslationLosses()
    /// What holds the two together.
    public var cycle = CycleLosses()
    /// The arithmetic of convolutions and matrix products.
    public var precision = Precision.float32

    /// What the networks of one direction minimized in a step.
    public struct Outcome: Sendable {
        /// Half of the discriminator's adversarial loss, so that it learns no faster than the generator.
        public var discriminator: Float = 0
        /// WGAN-GP's penalty, without its weight.
        public var gradientPenalty: Float = 0
        /// How far the generator is from having its images taken for true.
        public var adversarial: Float = 0
        /// The mean absolute difference between where an image started and where it came back to.
        public var cycle: Float = 0
        /// The mean absolute difference between an image of the right kind and its translation; 0 where it is off.
        public var identity: Float = 0
        /// The share of true images taken for true, and of translated ones taken for translated; nil unless measured.
        public var accuracies: (real: Float, fake: Float)?
        /// The Euclidean norms of both networks' gradients; nil unless measured.
        public var gradientNorms: (discriminator: Float, generator: Float)?
    }

    /// Two directions, opposite to each other.
    public init(
        aToB: Way, bToA: Way, losses: TranslationLosses = TranslationLosses(), cycle: CycleLosses = CycleLosses()
    ) {
        self.aToB = aToB
        self.bToA = bToA
        self.losses = losses
        self.cycle = cycle
    }

    /// One update of each network.
    ///
    /// - Parameters:
    ///   - a, b: images `[N, C, H, W]` of both kinds in −1 ... 1; nothing in the one belongs to anything in the other.
    ///   - random: where dropout and pools draw from.
    ///   - measuring: whether accuracies and the norms of gradients are wanted.
    public func callAsFunction(
        a: Tensor, b: Tensor, random: Random, measuring: Bool = false
    ) -> (aToB: Outcome, bToA: Outcome) {
        var outcomes = (aToB: Outcome(), bToA: Outcome())
        var inB = aToB.generator(a, .training(random, precision))
        var inA = bToA.generator(b, .training(random, precision))

        // The generators learn together, as each is judged by what the other makes of its images.
        let goal =
            goal(of: aToB, back: bToA, a, inB, b, weights: (cycle.weightA, cycle.weightB), random, &outcomes.aToB)
            + self.goal(of: bToA, back: aToB, b, inA, a, weights: (cycle.weightB, cycle.weightA), random, &outcomes.bToA)
        (inB, inA) = (inB.detached, inA.detached)
        let values = aToB.generatorOptimizer.values
        let weights = gradients(of: consume goal, at: values + bToA.generatorOptimizer.values)
        let (forth, back) = (Array(weights[..<values.count]), Array(weights[values.count...]))
        aToB.generatorOptimizer.update(forth)
        bToA.generatorOptimizer.update(back)

        // Each discriminator learns from true images and from translations, some of them older.
        judge(aToB, real: b, translated: inB, forth, random, measuring, &outcomes.aToB)
        judge(bToA, real: a, translated: inA, back, random, measuring, &outcomes.bToA)
        return outcomes
    }

    /// Mao et al. have a factor of ½ in both least squares, which this paper has not.
    private var adversarialWeight: Float { losses.kind == .leastSquares ? 2 : 1 }

    /// What the generators minimize for the sake of one direction.
    ///
    /// - Parameter weights: λ of the kind that images come from and of the one that they go to.
    private func goal(
        of way: Way, back: Way, _ source: Tensor, _ translated: Tensor, _ target: Tensor,
        weights: (source: Float, target: Float), _ random: Random, _ outcome: inout Outcome
    ) -> Tensor {
        let (training, frozen) = (ForwardMode.training(random, precision), ForwardMode.frozen(random, precision))
        let adversarial = losses.adversarial(
            real: losses.kind.comparesWithReal ? way.discriminator.activations(target, frozen) : nil,
            fake: way.discriminator.activations(translated, frozen)
        ).scaled(by: adversarialWeight)
        let difference = l1Loss(back.generator(translated, training), source)
        (outcome.adversarial, outcome.cycle) = (adversarial.item, difference.item)
        var goal = adversarial + difference.scaled(by: weights.source)
        if cycle.identityWeight > 0 {
            let change = l1Loss(way.generator(target, training), target)
            outcome.identity = change.item
            goal = goal + change.scaled(by: weights.target * cycle.identityWeight)
        }
        if losses.totalVariationWeight > 0 {
            goal = goal + TranslationLosses.totalVariation(translated).scaled(by: losses.totalVariationWeight)
        }
        return goal
    }

    private func judge(
        _ way: Way, real: Tensor, translated: Tensor, _ weights: [Tensor?], _ random: Random, _ measuring: Bool,
        _ outcome: inout Outcome
    ) {
        let update = DiscriminatorUpdate(
            discriminator: way.discriminator, optimizer: way.discriminatorOptimizer, losses: losses,
            precision: precision, weight: adversarialWeight)
        let judged = update(real: real, fake: way.pool.exchange(translated, random: random), random: random)
        (outcome.discriminator, outcome.gradientPenalty) = (judged.loss, judged.penalty)
        if measuring {
            outcome.accuracies = judged.accuracies
            outcome.gradientNorms = (globalNorm(of: judged.weights), globalNorm(of: weights))
        }
    }
}
