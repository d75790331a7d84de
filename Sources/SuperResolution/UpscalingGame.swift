import ImageData
import Layers
import TensorCore
import Training

/// The phase with the pixel loss, which gives the highest PSNR and the starting point of adversarial training.
func pixelPhase(
    _ generator: any Layer, _ player: Player, _ loss: PixelLoss, crops: @escaping (_ step: Int) throws -> UpscalingBatch
) -> TrainingPhase {
    let crops = StepImages(crops)
    return TrainingPhase("pixel", [player]) { context in
        let crops = try crops(context.step, context)
        context.note(images: crops.small.shape[0])
        let loss = loss(generator(crops.small, context.training), crops.large)
        context.note(loss: "pixel", loss)
        context.note("learning-rate", player.optimizer.learningRate)
        return loss
    }
}

/// The game of SRGAN (Ledig et al. 2017) and ESRGAN (Wang et al. 2018): the discriminator learns to distinguish photos
/// from upscaled images; then the generator learns to make images that look like photos and stay close to the
/// originals, in pixels and, with a perceptual loss, in features.
final class UpscalingGame {
    private let generator: (network: any Layer, player: Player)
    private let discriminator: (network: any Layer, player: Player)
    private let crops: StepImages<UpscalingBatch>

    /// The losses of both networks.
    var loss = AdversarialLoss.nonSaturating
    /// The penalties on the discriminator's gradients.
    var penalties = GradientPenalties()
    /// The weight of the adversarial loss.
    var adversarialWeight: Float = 1e-3
    /// The weight of the mean absolute difference of pixels.
    var distanceWeight: Float = 1
    /// The network of the perceptual loss; nil for none.
    var perceptual: (any PerceptualNetwork)?
    /// The weight of the perceptual loss.
    var perceptualWeight: Float = 1
    /// The weight of the loss against artifacts; 0 is off.
    var artifactWeight: Float = 0
    /// Images of the moving average of the generator, which the loss against artifacts needs.
    var steadyImages: ((_ small: Tensor, _ context: StepContext) throws -> Tensor)?
    /// The weight of the difference of local means (``gridLoss(_:_:scale:window:)``), against printed grids; 0 is off.
    var gridWeight: Float = 0
    /// The discriminator and the perceptual network see a part of each crop that is this many pixels smaller, at
    /// another position in each step. Otherwise, the grids of their strides and pooling would always align with the
    /// same shuffled pixels and print their pattern.
    var jitter = 0

    /// The values that the discriminator's phase passes to the generator's.
    private var handedOver = Handover<
        (crops: UpscalingBatch, upscaled: Tensor, corner: [Int], real: DiscriminatorOutput)
    >()

    /// - Parameters:
    ///   - generator: from small images to large ones.
    ///   - discriminator: distinguishes photos from upscaled images.
    ///   - crops: small images and their originals, by step.
    init(
        generator: (any Layer, Player), discriminator: (any Layer, Player),
        crops: @escaping (_ step: Int) throws -> UpscalingBatch
    ) {
        self.generator = generator
        self.discriminator = discriminator
        self.crops = StepImages(crops)
    }

    /// One update of the discriminator, then one of the generator.
    var phases: [TrainingPhase] {
        [
            TrainingPhase("discriminator", [discriminator.player], loss: discriminatorLoss),
            TrainingPhase("generator", [generator.player], loss: generatorLoss),
        ]
    }

    private var adversary: Adversary {
        var adversary = Adversary(loss) { [network = discriminator.network] in
            DiscriminatorOutput(logits: network($0, $1))
        }
        adversary.penalties = penalties
        return adversary
    }

    private func discriminatorLoss(_ context: StepContext) throws -> Tensor {
        let crops = try crops(context.step, context)
        context.note(images: crops.small.shape[0])
        let upscaled = generator.network(crops.small, context.training)
        let corner = jitter > 0 ? context.random.undivided { $0.integers(2, in: 0..<jitter + 1) } : [0, 0]
        let (loss, real) = adversary.discriminatorLoss(
            real: part(of: crops.large, corner), fake: part(of: upscaled.detached, corner), context)
        handedOver.leave((crops, upscaled, corner, real), context)
        return loss
    }

    private func generatorLoss(_ context: StepContext) throws -> Tensor {
        let (crops, upscaled, corner, real) = handedOver.take(context)
        let seen = part(of: upscaled, corner)
        let adversarial = loss.generator(fake: adversary.output(of: seen, context), real: real)
        let distance = l1Loss(upscaled, crops.large)
        context.note(loss: "generator", adversarial)
        context.note(loss: "pixel", distance)
        context.note("learning-rate", generator.player.optimizer.learningRate)

        var goal = adversarial.scaled(by: adversarialWeight)
        goal = (distanceWeight == 1 ? distance : distance.scaled(by: distanceWeight)) + goal
        if gridWeight > 0 {
            let scale = crops.large.shape[2] / crops.small.shape[2]
            goal = goal + gridLoss(upscaled, crops.large, scale: scale).scaled(by: gridWeight)
        }
        if artifactWeight > 0, let steadyImages {
            let steady = try steadyImages(crops.small, context)
            let artifacts = artifactLoss(upscaled, crops.large, steady: steady)
            context.note(loss: "artifacts", artifacts)
            goal = goal + artifacts.scaled(by: artifactWeight)
        }
        if let perceptual {
            let difference = perceptual.perceptualLoss(seen, part(of: crops.large, corner), context.precision)
            context.note(loss: "perceptual", difference)
            goal = goal + difference.scaled(by: perceptualWeight)
        }
        return goal
    }

    /// The part of the images that the discriminator and the perceptual network see.
    private func part(of images: Tensor, _ corner: [Int]) -> Tensor {
        guard jitter > 0 else { return images }
        let (height, width) = (images.shape[2] - jitter, images.shape[3] - jitter)
        return images.slice(axis: 2, from: corner[0], count: height).slice(axis: 3, from: corner[1], count: width)
    }
}
