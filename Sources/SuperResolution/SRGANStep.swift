import Layers
import TensorCore

/// One training step of SRGAN (Ledig et al. 2017) and ESRGAN (Wang et al. 2018): the discriminator learns to tell
/// photos from enlarged pictures, then the generator learns to have its pictures taken for photos while staying near
/// them, in pixels and, if there is a network for it, in the eyes of that network.
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
    /// The weight of the adversarial loss.
    public var adversarialWeight: Float = 1e-3
    /// The weight of the mean absolute difference of pixels.
    public var distanceWeight: Float = 1
    /// What the perceptual loss is taken in; nil for none.
    public var perceptual: (any PerceptualNetwork)?
    /// The weight of the perceptual loss.
    public var perceptualWeight: Float = 1
    /// The arithmetic of convolutions and matrix products.
    public var precision = Precision.float32

    /// What the networks minimised in a step.
    public struct Losses: Sendable {
        /// How far the discriminator is from telling photos and enlarged pictures apart.
        public var discriminator: Float = 0
        /// How far the generator is from having its pictures taken for photos.
        public var adversarial: Float = 0
        /// The mean absolute difference to the photos.
        public var distance: Float = 0
        /// The perceptual loss, without its weight; 0 where there is none.
        public var perceptual: Float = 0
        /// The share of photos taken for photos, and of enlarged pictures taken for enlarged; nil unless measured.
        public var accuracies: (real: Float, fake: Float)?
        /// The Euclidean norms of both networks' gradients; nil unless measured.
        public var gradientNorms: (discriminator: Float, generator: Float)?
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
    ///   - measuring: whether accuracies and the norms of gradients are wanted.
    public func callAsFunction(
        from small: Tensor, to large: Tensor, random: Random, measuring: Bool = false
    ) -> Losses {
        var losses = Losses()
        let enlarged = generator(small, .training(random, precision))
        let real = learnToJudge(
            real: large, fake: enlarged.detached, .training(random, precision), measuring, &losses)

        let goal = generatorGoal(consume enlarged, large: large, real: real, random: random, &losses)
        let slopes = gradients(of: consume goal, at: generatorOptimizer.values)
        generatorOptimizer.update(slopes)
        if measuring { losses.gradientNorms?.generator = globalNorm(of: slopes) }
        return losses
    }

    /// What the generator minimises; the parts of it are noted.
    private func generatorGoal(
        _ enlarged: Tensor, large: Tensor, real: Tensor, random: Random, _ losses: inout Losses
    ) -> Tensor {
        let logits = discriminator(enlarged, .frozen(random, precision))
        let adversarial = loss.generator(fake: logits, real: loss.comparesWithReal ? real : nil)
        let distance = l1Loss(enlarged, large)
        (losses.adversarial, losses.distance) = (adversarial.item, distance.item)
        var goal = adversarial.scaled(by: adversarialWeight)
        goal = (distanceWeight == 1 ? distance : distance.scaled(by: distanceWeight)) + goal
        if let perceptual {
            let difference = perceptual.perceptualLoss(enlarged, large, precision)
            losses.perceptual = difference.item
            goal = goal + difference.scaled(by: perceptualWeight)
        }
        return goal
    }

    /// The discriminator's update; gives its logits of the photos.
    private func learnToJudge(
        real: Tensor, fake: Tensor, _ phase: Phase, _ measuring: Bool, _ losses: inout Losses
    ) -> Tensor {
        let (judgement, realLogits, fakeLogits) = judgement(real: real, fake: fake, phase)
        losses.discriminator = judgement.item
        let slopes = gradients(of: consume judgement, at: discriminatorOptimizer.values)
        discriminatorOptimizer.update(slopes)
        if measuring {
            losses.accuracies = ((realLogits .> 0).mean().item, 1 - (fakeLogits .> 0).mean().item)
            losses.gradientNorms = (globalNorm(of: slopes), 0)
        }
        return realLogits
    }

    private func judgement(real: Tensor, fake: Tensor, _ phase: Phase) -> (loss: Tensor, real: Tensor, fake: Tensor) {
        let (real, fake) = (discriminator(real, phase), discriminator(fake, phase))
        return (loss.discriminator(real: real, fake: fake), real.detached, fake.detached)
    }
}
