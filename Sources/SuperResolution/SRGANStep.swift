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
    /// The weight of the difference of local means (``phaseLoss(_:_:scale:window:)``), against printed grids; 0 is off.
    public var phaseWeight: Float = 0
    /// By how many pixels the part of the crops that is judged, and compared by the perceptual network, is smaller than
    /// they are; it lies elsewhere in each step. Otherwise the grids of strides and pooling would always meet the same of
    /// the pixels that the generator shuffles into place, and print their pattern.
    public var jitter = 0
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
        let corner = jitter > 0 ? random.integers(2, in: 0..<jitter + 1) : [0, 0]
        let real = learnToJudge(
            real: part(of: large, corner), fake: part(of: enlarged.detached, corner), .training(random, precision),
            measuring, &losses)

        let goal = generatorGoal(
            consume enlarged, large: large, scale: large.shape[2] / small.shape[2], corner, real: real, random: random, &losses)
        let slopes = gradients(of: consume goal, at: generatorOptimizer.values)
        generatorOptimizer.update(slopes)
        if measuring { losses.gradientNorms?.generator = globalNorm(of: slopes) }
        return losses
    }

    /// What is judged of pictures.
    private func part(of pictures: Tensor, _ corner: [Int]) -> Tensor {
        guard jitter > 0 else { return pictures }
        let (height, width) = (pictures.shape[2] - jitter, pictures.shape[3] - jitter)
        return pictures.slice(axis: 2, from: corner[0], count: height).slice(axis: 3, from: corner[1], count: width)
    }

    /// What the generator minimises; the parts of it are noted.
    private func generatorGoal(
        _ enlarged: Tensor, large: Tensor, scale: Int, _ corner: [Int], real: Tensor, random: Random,
        _ losses: inout Losses
    ) -> Tensor {
        let seen = part(of: enlarged, corner)
        let logits = discriminator(seen, .frozen(random, precision))
        let adversarial = loss.generator(fake: logits, real: loss.comparesWithReal ? real : nil)
        let distance = l1Loss(enlarged, large)
        (losses.adversarial, losses.distance) = (adversarial.item, distance.item)
        var goal = adversarial.scaled(by: adversarialWeight)
        goal = (distanceWeight == 1 ? distance : distance.scaled(by: distanceWeight)) + goal
        if phaseWeight > 0 { goal = goal + phaseLoss(enlarged, large, scale: scale).scaled(by: phaseWeight) }
        if let perceptual {
            let difference = perceptual.perceptualLoss(seen, part(of: large, corner), precision)
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
