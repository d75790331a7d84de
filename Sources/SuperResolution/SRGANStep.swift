import Layers
import TensorCore

/// One training step of SRGAN (Ledig et al. 2017) with an absolute distance in pixels: the discriminator learns to tell
/// photos from enlarged pictures, then the generator learns to have its pictures taken for photos while staying near
/// them.
public struct SRGANStep {
    /// From small pictures to large ones.
    public let generator: any Layer
    /// Judges large pictures.
    public let discriminator: any Layer
    /// Of the generator's parameters.
    public let generatorOptimizer: any Optimizer
    /// Of the discriminator's parameters.
    public let discriminatorOptimizer: any Optimizer
    /// What the two play for.
    public var loss = AdversarialLoss.nonSaturating
    /// The weight of the adversarial loss beside that of the distance, 1.
    public var adversarialWeight: Float = 1e-3
    /// The arithmetic of convolutions and matrix products.
    public var precision = Precision.float32

    /// What the networks minimised in a step.
    public struct Losses: Sendable {
        /// How far the discriminator is from telling photos and enlarged pictures apart.
        public let discriminator: Float
        /// How far the generator is from having its pictures taken for photos.
        public let adversarial: Float
        /// The mean absolute difference to the photos.
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
    ///   - small: pictures `[N, C, H, W]`.
    ///   - large: what they were made from, `[N, C, H·scale, W·scale]`.
    ///   - random: where layers draw from.
    public func callAsFunction(from small: Tensor, to large: Tensor, random: Random) -> Losses {
        let enlarged = generator(small, .training(random, precision))
        let (judgement, real) = learnToJudge(real: large, fake: enlarged.detached, .training(random, precision))

        let (goal, adversarial, distance) = generatorGoal(
            consume enlarged, large: large, real: real, random: random)
        generatorOptimizer.update(gradients(of: consume goal, at: generatorOptimizer.values))
        return Losses(discriminator: judgement, adversarial: adversarial, distance: distance)
    }

    /// What the generator minimises, and the two parts of it.
    private func generatorGoal(
        _ enlarged: Tensor, large: Tensor, real: Tensor, random: Random
    ) -> (goal: Tensor, adversarial: Float, distance: Float) {
        let logits = discriminator(enlarged, .frozen(random, precision))
        let adversarial = loss.generator(fake: logits, real: loss.comparesWithReal ? real : nil)
        let distance = l1Loss(enlarged, large)
        return (distance + adversarial.scaled(by: adversarialWeight), adversarial.item, distance.item)
    }

    /// The discriminator's update: its loss, and its logits of the photos.
    private func learnToJudge(real: Tensor, fake: Tensor, _ phase: Phase) -> (loss: Float, real: Tensor) {
        let (judgement, logits) = judgement(real: real, fake: fake, phase)
        let value = judgement.item
        discriminatorOptimizer.update(gradients(of: consume judgement, at: discriminatorOptimizer.values))
        return (value, logits)
    }

    private func judgement(real: Tensor, fake: Tensor, _ phase: Phase) -> (loss: Tensor, real: Tensor) {
        let logits = discriminator(real, phase)
        let judgement = loss.discriminator(real: logits, fake: discriminator(fake, phase))
        return (judgement, logits.detached)
    }
}
