import Layers
import TensorCore

/// One training step of pix2pix (Isola et al. 2017): the discriminator learns to tell true pairs from translated ones,
/// then the generator learns to have its translations taken for true while staying near the target.
public struct Pix2PixStep {
    /// From pictures to pictures.
    public let generator: any Layer
    /// Judges inputs and pictures joined along their channels.
    public let discriminator: any Layer
    /// Of the generator's parameters.
    public let generatorOptimizer: any Optimizer
    /// Of the discriminator's parameters.
    public let discriminatorOptimizer: any Optimizer
    /// What the two play for.
    public var loss = AdversarialLoss.nonSaturating
    /// The weight of the distance to the target, the paper's λ.
    public var distanceWeight: Float = 100

    /// What the networks minimised in a step.
    public struct Losses: Sendable {
        /// Half of the adversarial loss, so that the discriminator learns no faster than the generator.
        public let discriminator: Float
        /// How far the generator is from having its pictures taken for true.
        public let adversarial: Float
        /// The mean absolute difference to the target.
        public let distance: Float
    }

    /// Networks and the optimizers of their parameters.
    public init(
        generator: any Layer, discriminator: any Layer, generatorOptimizer: any Optimizer,
        discriminatorOptimizer: any Optimizer
    ) {
        self.generator = generator
        self.discriminator = discriminator
        self.generatorOptimizer = generatorOptimizer
        self.discriminatorOptimizer = discriminatorOptimizer
    }

    /// One update of each network.
    ///
    /// - Parameters:
    ///   - input, target: pictures `[N, C, H, W]` in −1 ... 1; their channels may differ.
    ///   - random: where dropout draws from.
    public func callAsFunction(from input: Tensor, to target: Tensor, random: Random) -> Losses {
        let translated = generator(input, .training(random))
        let (judgement, real) = learnToJudge(
            real: pair(input, target), fake: pair(input, translated.detached), .training(random))

        let logits = discriminator(pair(input, translated), .frozen(random))
        let adversarial = loss.generator(fake: logits, real: loss.comparesWithReal ? real : nil)
        let distance = l1Loss(translated, target)
        let goal = adversarial + distance.scaled(by: distanceWeight)
        generatorOptimizer.update(gradients(of: goal, at: generatorOptimizer.values))
        return Losses(discriminator: judgement, adversarial: adversarial.item, distance: distance.item)
    }

    /// The discriminator's update: its loss, and its logits of the true pairs.
    private func learnToJudge(real: Tensor, fake: Tensor, _ phase: Phase) -> (loss: Float, real: Tensor) {
        let logits = discriminator(real, phase)
        let judgement = loss.discriminator(real: logits, fake: discriminator(fake, phase)).scaled(by: 0.5)
        discriminatorOptimizer.update(gradients(of: judgement, at: discriminatorOptimizer.values))
        return (judgement.item, logits.detached)
    }

    private func pair(_ input: Tensor, _ picture: Tensor) -> Tensor {
        Tensor.concatenated([input, picture], axis: 1)
    }
}
