import ImageData
import Layers
import TensorCore

/// How an upscaler is trained: toward the photos pixel by pixel, then against a discriminator.
public struct UpscalerTrainingSettings: Codable, Sendable, Hashable {
    /// The form of the crops.
    public var frame = CropFrame()
    /// Crops in a step.
    public var batchSize = 16
    /// The first stage.
    public var pixel = PixelSettings()
    /// The second stage.
    public var adversarial = AdversarialStageSettings()
    /// Decay of the moving average of the weights that images are made with; 0 is off.
    public var averageDecay: Double = 0.999
    /// Decides every random number of the training.
    public var seed: UInt64 = 0
    /// The arithmetic of the training; nil is float32.
    public var precision: Precision?

    /// SRResNet's crops and Real-ESRGAN's losses.
    public init() {}

    /// Steps of both stages.
    public var steps: Int { pixel.steps + adversarial.steps }
}

/// The stage that learns pixel by pixel.
public struct PixelSettings: Codable, Sendable, Hashable {
    /// Its steps.
    public var steps = 100_000
    /// What is minimized.
    public var loss = PixelLoss.l1
    /// Adam's learning rate at the start.
    public var learningRate: Double = 2e-4
    /// How it falls.
    public var decay = RateDecay.cosine

    /// L1 at 2e-4.
    public init() {}
}

/// The stage that learns against a discriminator.
public struct AdversarialStageSettings: Codable, Sendable, Hashable {
    /// Its steps; 0 leaves it out.
    public var steps = 20_000
    /// What the two networks play for.
    public var loss = AdversarialLoss.nonSaturating
    /// The network that tells photos from upscaled images.
    public var discriminator = UpscalerDiscriminator()
    /// Adam's learning rate at the start.
    public var learningRate: Double = 2e-4
    /// The discriminator's, which spectral normalization makes slow; nil for the same.
    public var discriminatorLearningRate: Double? = 5e-4
    /// How they fall.
    public var decay = RateDecay.cosine
    /// The weight of the mean absolute difference of pixels.
    public var pixelWeight: Double = 1
    /// The weight of the perceptual loss, where there is a network for it. A tenth suits the features of a small
    /// classifier; with VGG's Real-ESRGAN takes 1.
    public var perceptualWeight: Double = 0.1
    /// The weight of the difference of local means, against printed grids; nil leaves it out.
    public var gridWeight: Double? = 10
    /// The weight of the adversarial loss.
    public var adversarialWeight: Double = 0.1
    /// γ of the R1 penalty on photos; nil is off.
    public var r1Gamma: Double?
    /// γ of the R2 penalty on upscaled images; nil is off.
    public var r2Gamma: Double?
    /// R1 and R2 are taken every so many steps and weighted up by that number; nil is 16.
    public var r1Interval: Int?
    /// λ of WGAN-GP's penalty; nil is off.
    public var gradientPenalty: Double?

    /// Real-ESRGAN's weights, fit for a short training.
    public init() {}
}

/// The course of a learning rate over a stage.
public enum RateDecay: String, Codable, Sendable, CaseIterable {
    /// The same throughout.
    case constant
    /// Down to 0 along a cosine.
    case cosine
    /// Halved after an eighth, a quarter, a half and three quarters of the steps, as ESRGAN does.
    case multistep

    func schedule(steps: Int) -> Schedule {
        switch self {
        case .constant: .constant
        case .cosine: .cosine(total: max(steps, 1))
        case .multistep: .steps(at: [steps / 8, steps / 4, steps / 2, steps * 3 / 4], factor: 0.5)
        }
    }
}

/// Which discriminator tells photos from upscaled images, and how large it is.
public struct UpscalerDiscriminator: Codable, Sendable, Hashable {
    /// The family of networks.
    public enum Network: String, Codable, Sendable, CaseIterable {
        /// SRGAN's, one output for an image.
        case srgan
        /// Real-ESRGAN's, one for every pixel.
        case unet
    }

    /// The family of networks.
    public var network = Network.unet
    /// Channels of the first convolution.
    public var width = 32

    /// Real-ESRGAN's, half as wide.
    public init() {}

    /// What the side of crops has to be a multiple of.
    public var multiple: Int { network == .srgan ? 16 : 8 }

    /// A discriminator with fresh weights drawn from `random`.
    public func makeDiscriminator(size: Int, channels: Int, random: Random) -> any Layer {
        switch network {
        case .srgan:
            SRGANDiscriminator(size: size, channels: channels, width: width, hidden: 16 * width, random: random)
        case .unet: UNetDiscriminator(channels: channels, width: width, random: random)
        }
    }
}
