import Layers
import Models
import TensorCore

/// How an adversarial pair is trained: all settings except those of the networks.
public struct AdversarialSettings: Codable, Sendable, Hashable {
    /// What the two networks minimize.
    public var loss: AdversarialLoss = .nonSaturating
    /// γ of the R1 penalty on real images (Mescheder et al. 2018), ½γ·E‖∇D(x)‖²; 0 is off.
    public var r1Gamma: Double = 0
    /// γ of the R2 penalty, the same on generated images; nil, as in the records of older runs, means off.
    public var r2Gamma: Double?
    /// Steps between penalties; their weight is multiplied by this number (Karras et al. 2020).
    public var r1Interval = 16
    /// λ of WGAN-GP's penalty (Gulrajani et al. 2017); 0 is off.
    public var gradientPenalty: Double = 0

    /// Real images in an update.
    public var batchSize = 64
    /// Updates of the generator.
    public var steps = 10_000
    /// Discriminator updates for each update of the generator.
    public var discriminatorSteps = 1
    /// Adam's learning rate for the generator.
    public var generatorLearningRate: Double = 2e-4
    /// Adam's learning rate for the discriminator.
    public var discriminatorLearningRate: Double = 2e-4
    /// Adam's decay of the mean gradient.
    public var beta1: Double = 0.5
    /// Adam's decay of the mean square gradient.
    public var beta2: Double = 0.999
    /// How both learning rates change over the steps.
    public var schedule: Schedule = .constant
    /// Decay of the moving average of the weights, which makes the images; 0 is off.
    public var averageDecay: Double = 0.999
    /// Augmentations of both real and generated images for the discriminator, for small datasets.
    public var augmentation: [DifferentiableAugmentation] = []
    /// What changes in the course of the training, besides the learning rates; nil, as in the records of older runs,
    /// for nothing.
    public var ramps: AdversarialRamps?
    /// Mirror real images at random.
    public var mirror = false
    /// The seed of every random number of the training.
    public var seed: UInt64 = 0
    /// The precision of convolutions and matrix products; nil, as in the records of older runs, means float32.
    public var precision: Precision?
    /// The axes along which generated images repeat without a seam; nil, as in the records of older runs, means none.
    public var seamless: Wrapping?
    /// Show the discriminator real images with classes that are not theirs, too, as if they were generated (Reed et al.
    /// 2016); nil, as in the records of older runs, means no.
    public var matchesClasses: Bool?

    /// DCGAN's settings.
    public init() {}

    /// Refuses numbers with which no training is possible.
    package func check() throws(ParameterError) {
        try ParameterError.check("batchSize", batchSize, in: TrainingLimits.batchSize)
        try ParameterError.check("steps", steps, in: TrainingLimits.steps)
        try ParameterError.check("discriminatorSteps", discriminatorSteps, in: TrainingLimits.repetitions)
        try ParameterError.check("generatorLearningRate", generatorLearningRate, in: TrainingLimits.rate)
        try ParameterError.check("discriminatorLearningRate", discriminatorLearningRate, in: TrainingLimits.rate)
        try ParameterError.check("beta1", beta1, in: TrainingLimits.decay)
        try ParameterError.check("beta2", beta2, in: TrainingLimits.decay)
        try ParameterError.check("averageDecay", averageDecay, in: TrainingLimits.decay)
        try ParameterError.check("r1Gamma", r1Gamma, in: TrainingLimits.weight)
        try ParameterError.check("r2Gamma", r2Gamma ?? 0, in: TrainingLimits.weight)
        try ParameterError.check("r1Interval", r1Interval, in: TrainingLimits.interval)
        try ParameterError.check("gradientPenalty", gradientPenalty, in: TrainingLimits.weight)
        if let ramps { try ParameterError.check(in: "ramps") { () throws(ParameterError) in try ramps.check() } }
        try ParameterError.check(in: "schedule") { () throws(ParameterError) in try schedule.check() }
    }

    mutating func apply(_ change: RunChange) {
        switch change {
        case .batchSize(let count): batchSize = count
        case .learningRate(let rate): (generatorLearningRate, discriminatorLearningRate) = (rate, rate)
        case .precision(let kind): precision = kind
        case .data: break
        }
    }

    /// The penalties at a step of the schedules, counted from 1.
    package func penalties(at step: Int) -> GradientPenalties {
        let factor = ramps?.penalties?.value(at: step) ?? 1
        var penalties = GradientPenalties()
        (penalties.r1Gamma, penalties.r2Gamma) = (r1Gamma * factor, (r2Gamma ?? 0) * factor)
        (penalties.interval, penalties.wganWeight) = (r1Interval, gradientPenalty)
        return penalties
    }

    /// The augmentation at a step of the schedules, counted from 1.
    package func augmentation(at step: Int) -> (Tensor, Random) -> Tensor {
        guard let probability = ramps?.augmentation?.value(at: step) else { return augmentation.callAsFunction }
        return { [augmentation] images, random in
            augmentation.reduce(images) { $1($0, random, probability: probability) }
        }
    }
}
