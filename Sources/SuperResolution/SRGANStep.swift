import Layers
import TensorCore

/// One training step of SRGAN (Ledig et al. 2017) and ESRGAN (Wang et al. 2018): the discriminator learns to tell
/// photos from upscaled images, then the generator learns to have its images taken for photos while staying near
/// them, in pixels and, if there is a network for it, in the eyes of that network.
public struct SRGANStep {
    /// From small images to large ones.
    public let generator: any Layer
    /// Judges large images.
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
    /// The weight of the difference of local means (``gridLoss(_:_:scale:window:)``), against printed grids; 0 is off.
    public var gridWeight: Float = 0
    /// By how many pixels the part of the crops that is judged, and compared by the perceptual network, is smaller than
    /// they are; it lies elsewhere in each step. Otherwise the grids of strides and pooling would always meet the same of
    /// the pixels that the generator shuffles into place, and print their pattern.
    public var jitter = 0
    /// The arithmetic of convolutions and matrix products.
    public var precision = Precision.float32

    /// What the networks minimized in a step.
    public struct Losses: Sendable {
        /// How far the discriminator is from telling photos and upscaled images apart.
        public var discriminator: Float = 0
        /// How far the generator is from having its images taken for photos.
        public var adversarial: Float = 0
        /// The mean absolute difference to the photos.
        public var distance: Float = 0
        /// The perceptual loss, without its weight; 0 where there is none.
        public var perceptual: Float = 0
        /// The share of photos taken for photos, and of upscaled images taken for upscaled; nil unless measured.
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
    ///   - small: images `[N, C, H, W]`.
    ///   - large: what they were made from, `[N, C, H·scale, W·scale]`.
    ///   - random: where layers draw from.
    ///   - measuring: whether accuracies and the norms of gradients are wanted.
    public func callAsFunction(
        from small: Tensor, to large: Tensor, random: Random, measuring: Bool = false
    ) -> Losses {
        var losses = Losses()
        let upscaled = generator(small, .training(random, precision))
        let corner = jitter > 0 ? random.integers(2, in: 0..<jitter + 1) : [0, 0]
        let real = updateDiscriminator(
            real: part(of: large, corner), fake: part(of: upscaled.detached, corner), .training(random, precision),
            measuring, &losses)

        let goal = generatorGoal(
            consume upscaled, large: large, scale: large.shape[2] / small.shape[2], corner, real: real, random: random, &losses)
        let weights = gradients(of: consume goal, at: generatorOptimizer.values)
        generatorOptimizer.update(weights)
        if measuring { losses.gradientNorms?.generator = globalNorm(of: weights) }
        return losses
    }

    /// What is judged of images.
    private func part(of images: Tensor, _ corner: [Int]) -> Tensor {
        guard jitter > 0 else { return images }
        let (height, width) = (images.shape[2] - jitter, images.shape[3] - jitter)
        return images.slice(axis: 2, from: corner[0], count: height).slice(axis: 3, from: corner[1], count: width)
    }

    /// What the generator minimizes; the parts of it are noted.
    private func generatorGoal(
        _ upscaled: Tensor, large: Tensor, scale: Int, _ corner: [Int], real: Tensor, random: Random,
        _ losses: inout Losses
    ) -> Tensor {
        let seen = part(of: upscaled, corner)
        let logits = discriminator(seen, .frozen(random, precision))
        let adversarial = loss.generator(fake: logits, real: loss.comparesWithReal ? real : nil)
        let distance = l1Loss(upscaled, large)
        (losses.adversarial, losses.distance) = (adversarial.item, distance.item)
        var goal = adversarial.scaled(by: adversarialWeight)
        goal = (distanceWeight == 1 ? distance : distance.scaled(by: distanceWeight)) + goal
        if gridWeight > 0 { goal = goal + gridLoss(upscaled, large, scale: scale).scaled(by: gridWeight) }
        if let perceptual {
            let difference = perceptual.perceptualLoss(seen, part(of: large, corner), precision)
            losses.perceptual = difference.item
            goal = goal + difference.scaled(by: perceptualWeight)
        }
        return goal
    }

    /// The discriminator's update; gives its logits of the photos.
    private func updateDiscriminator(
        real: Tensor, fake: Tensor, _ mode: ForwardMode, _ measuring: Bool, _ losses: inout Losses
    ) -> Tensor {
        let (output, realLogits, fakeLogits) = output(real: real, fake: fake, mode)
        losses.discriminator = output.item
        let weights = gradients(of: consume output, at: discriminatorOptimizer.values)
        discriminatorOptimizer.update(weights)
        if measuring {
            losses.accuracies = ((realLogits .> 0).mean().item, 1 - (fakeLogits .> 0).mean().item)
            losses.gradientNorms = (globalNorm(of: weights), 0)
        }
        return realLogits
    }

    private func output(real: Tensor, fake: Tensor, _ mode: ForwardMode) -> (loss: Tensor, real: Tensor, fake: Tensor) {
        let (real, fake) = (discriminator(real, mode), discriminator(fake, mode))
        return (loss.discriminator(real: real, fake: fake), real.detached, fake.detached)
    }
}
