import ImageData
import Layers
import Models
import TensorCore
import Training

/// How an upscaler is trained: pixel by pixel, then against a discriminator.
public struct UpscalerTrainingSettings: Codable, Sendable, Hashable {
    /// The form of the crops.
    public var frame = CropFrame()
    /// Crops in a step.
    public var batchSize = 16
    /// The first stage.
    public var pixel = PixelSettings()
    /// The second stage.
    public var adversarial = AdversarialStageSettings()
    /// Decay of the moving average of the weights, which makes the images; 0 is off.
    public var averageDecay: Double = 0.999
    /// The seed of every random number of the training.
    public var seed: UInt64 = 0
    /// The precision of the training; nil means float32.
    public var precision: Precision?

    /// SRResNet's crops and Real-ESRGAN's losses.
    public init() {}

    /// Steps of both stages.
    public var steps: Int { pixel.steps + adversarial.steps }

    /// Refuses numbers with which no training is possible.
    func check() throws(ParameterError) {
        try ParameterError.check("frame.cropSize", frame.cropSize, in: frame.scale...16_384)
        guard frame.cropSize % frame.scale == 0 else {
            throw ParameterError("frame.cropSize is \(frame.cropSize), no multiple of \(frame.scale)")
        }
        try ParameterError.check("batchSize", batchSize, in: TrainingLimits.batchSize)
        try ParameterError.check("averageDecay", averageDecay, in: TrainingLimits.decay)
        try ParameterError.check("pixel.steps", pixel.steps, in: TrainingLimits.steps)
        try ParameterError.check("pixel.learningRate", pixel.learningRate, in: TrainingLimits.rate)
        try ParameterError.check(in: "adversarial") { () throws(ParameterError) in try adversarial.check() }
        if adversarial.artifactWeight ?? 0 > 0, averageDecay == 0 {
            throw ParameterError("averageDecay is 0, it must be larger for adversarial.artifactWeight")
        }
    }
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
    /// The losses of both networks.
    public var loss = AdversarialLoss.nonSaturating
    /// The discriminator.
    public var discriminator = UpscalerDiscriminator()
    /// Adam's learning rate at the start.
    public var learningRate: Double = 2e-4
    /// The discriminator's learning rate, higher because spectral normalization slows it down; nil for the same as the
    /// generator's.
    public var discriminatorLearningRate: Double? = 5e-4
    /// How they fall.
    public var decay = RateDecay.cosine
    /// The weight of the mean absolute difference of pixels.
    public var pixelWeight: Double = 1
    /// The weight of the perceptual loss, if there is one. 0.1 suits the features of a small classifier; Real-ESRGAN
    /// uses 1 with VGG.
    public var perceptualWeight: Double = 0.1
    /// The weight of the loss on local means, which prevents grids; nil turns it off.
    public var gridWeight: Double? = 10
    /// The weight of the loss against artifacts (Liang et al. 2022, who use 1); nil is off. It needs a moving average.
    public var artifactWeight: Double?
    /// The weight of the adversarial loss.
    public var adversarialWeight: Double = 0.1
    /// γ of the R1 penalty on photos; nil is off.
    public var r1Gamma: Double?
    /// γ of the R2 penalty on upscaled images; nil is off.
    public var r2Gamma: Double?
    /// Steps between R1 and R2 penalties; their weight is multiplied by this number. Nil means 16.
    public var r1Interval: Int?
    /// λ of WGAN-GP's penalty; nil is off.
    public var gradientPenalty: Double?

    /// Real-ESRGAN's weights, adapted to a short training.
    public init() {}

    func check() throws(ParameterError) {
        try ParameterError.check("steps", steps, in: TrainingLimits.steps)
        try ParameterError.check("learningRate", learningRate, in: TrainingLimits.rate)
        try ParameterError.check(
            "discriminatorLearningRate", discriminatorLearningRate ?? 0, in: TrainingLimits.rate)
        try ParameterError.check("discriminator.width", discriminator.width, in: TrainingLimits.width)
        for (name, weight) in [
            ("pixelWeight", pixelWeight), ("perceptualWeight", perceptualWeight), ("gridWeight", gridWeight ?? 0),
            ("artifactWeight", artifactWeight ?? 0), ("adversarialWeight", adversarialWeight),
            ("r1Gamma", r1Gamma ?? 0), ("r2Gamma", r2Gamma ?? 0),
            ("gradientPenalty", gradientPenalty ?? 0),
        ] {
            try ParameterError.check(name, weight, in: TrainingLimits.weight)
        }
        try ParameterError.check("r1Interval", r1Interval ?? 1, in: TrainingLimits.interval)
    }
}

/// The schedule of a learning rate in a stage.
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

/// The architecture of the discriminator.
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

    /// The number of which the side of crops must be a multiple.
    package var multiple: Int { network == .srgan ? 16 : 8 }

    /// A discriminator with fresh weights drawn from `random`.
    package func makeDiscriminator(size: Int, channels: Int, random: Random) -> any Layer {
        switch network {
        case .srgan:
            SRGANDiscriminator(size: size, channels: channels, width: width, hidden: 16 * width, random: random)
        case .unet: UNetDiscriminator(channels: channels, width: width, random: random)
        }
    }
}
