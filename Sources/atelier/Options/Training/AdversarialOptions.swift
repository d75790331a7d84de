import ArgumentParser
import Layers
import TensorCore
import Training

/// The training settings of an adversarial pair; missing options keep their defaults.
struct AdversarialOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Steps to train: one update of the generator each.", valueName: "n"))
    var steps: Int?

    @Option(help: ArgumentHelp("Images in a step.", valueName: "n"))
    var batchSize: Int?

    @Option(help: ArgumentHelp("Learning rate of both networks.", valueName: "rate"))
    var lr: Double?

    @Option(
        name: [.customLong("lr-g"), .customLong("glr")],
        help: ArgumentHelp("Learning rate of the generator.", valueName: "rate"))
    var generatorRate: Double?

    @Option(
        name: [.customLong("lr-d"), .customLong("dlr")],
        help: ArgumentHelp("Learning rate of the discriminator.", valueName: "rate"))
    var discriminatorRate: Double?

    @Option(help: ArgumentHelp("Adam's decay of the mean gradient.", valueName: "β1"))
    var beta1: Double?

    @Option(help: ArgumentHelp("Adam's decay of the mean square gradient.", valueName: "β2"))
    var beta2: Double?

    @Option(
        name: [.long, .customLong("gan-mode")],
        help: ArgumentHelp(
            "The loss; other names, such as vanilla, lsgan, wgangp and ragan, work, too.", valueName: "name"))
    var loss: AdversarialLoss?

    @OptionGroup var penalties: PenaltyOptions

    @Option(
        name: [.customLong("d-steps"), .customLong("n-critic")],
        help: ArgumentHelp("Updates of the discriminator for each update of the generator.", valueName: "n"))
    var discriminatorSteps: Int?

    @Option(
        help: ArgumentHelp(
            "How the learning rate changes: constant, linear (down to 0 over the second half), cosine.",
            valueName: "name"))
    var schedule: ScheduleName?

    @Option(help: ArgumentHelp("Steps over which the learning rate rises at the start.", valueName: "n"))
    var warmUp: Int?

    @Option(
        name: [.customLong("ema"), .customLong("ema-decay")],
        help: ArgumentHelp("Decay of the moving average of the generator's weights; 0 is off.", valueName: "decay"))
    var averageDecay: Double?

    @Option(
        name: [.long, .customLong("diffaug")],
        help: ArgumentHelp(
            "Augmentations of all images for the discriminator, for small datasets: "
                + "color,translation,cutout or none.", valueName: "list"))
    var augment: AugmentationList?

    @Flag(
        name: [.long, .customLong("flip")], inversion: .prefixedNo,
        help: "Also show mirrored real images.")
    var mirror: Bool?

    @Option(help: ArgumentHelp("The seed of every random number of the run.", valueName: "n"))
    var seed: UInt64?

    @Option(
        name: [.customLong("latent"), .customLong("nz")],
        help: ArgumentHelp("The size of a latent vector.", valueName: "n"))
    var latentSize: Int?

    @Option(
        name: [.customLong("ngf"), .customLong("generator-width")],
        help: ArgumentHelp("Base width of the generator.", valueName: "n"))
    var generatorWidth: Int?

    @Option(
        name: [.customLong("ndf"), .customLong("discriminator-width")],
        help: ArgumentHelp("Base width of the discriminator.", valueName: "n"))
    var discriminatorWidth: Int?

    @Flag(inversion: .prefixedNo, help: "Spectral normalization in the discriminator.")
    var spectralNorm: Bool?

    @Option(
        help: ArgumentHelp(
            "The model in whose features the discriminator of fastgan sees images: imagenet (the default), a "
                + "classifier, or a PyTorch file of VGG.", valueName: "model"))
    var projected: String?

    @Option(
        help: ArgumentHelp(
            "Learn images that repeat without a seam, such as textures: x (left and right join), y (top and bottom "
                + "join), xy or none. [none]", valueName: "axes"))
    var seamless: Wrapping?

    @OptionGroup var precision: PrecisionOptions

    func validate() throws {
        try NumberCheck.counts([
            "steps": steps, "d-steps": discriminatorSteps, "latent": latentSize, "ngf": generatorWidth,
            "ndf": discriminatorWidth,
        ])
        try NumberCheck.counts(["batch-size": batchSize], from: 2)
        try NumberCheck.counts(["warm-up": warmUp], from: 0)
        try NumberCheck.rates(["lr": lr, "lr-g": generatorRate, "lr-d": discriminatorRate])
        try NumberCheck.decays(["beta1": beta1, "beta2": beta2, "ema": averageDecay])
    }

    /// Applies the given options.
    func apply(to configuration: inout some AdversarialFamily) {
        configuration.latentSize = latentSize ?? configuration.latentSize
        configuration.generatorWidth = generatorWidth ?? configuration.generatorWidth
        configuration.discriminatorWidth = discriminatorWidth ?? configuration.discriminatorWidth
        configuration.spectralNorm = spectralNorm ?? configuration.spectralNorm
        if let projected { configuration.projectedModel = projected }
        apply(to: &configuration.training)
    }

    private func apply(to settings: inout AdversarialSettings) {
        settings.steps = steps ?? settings.steps
        settings.batchSize = batchSize ?? settings.batchSize
        settings.generatorLearningRate = generatorRate ?? lr ?? settings.generatorLearningRate
        settings.discriminatorLearningRate = discriminatorRate ?? lr ?? settings.discriminatorLearningRate
        settings.beta1 = beta1 ?? settings.beta1
        if let beta2 {
            settings.beta2 = beta2
            settings.ramps?.beta2 = nil
        }
        settings.loss = loss ?? settings.loss
        settings.r1Gamma = penalties.r1Gamma ?? settings.r1Gamma
        settings.r2Gamma = penalties.r2Gamma ?? settings.r2Gamma
        settings.r1Interval = penalties.r1Interval ?? settings.r1Interval
        settings.gradientPenalty = penalties.gradientPenalty ?? settings.gradientPenalty
        settings.discriminatorSteps = discriminatorSteps ?? settings.discriminatorSteps
        if let averageDecay {
            settings.averageDecay = averageDecay
            settings.ramps?.averageHalfLife = nil
        }
        settings.augmentation = augment?.list ?? settings.augmentation
        settings.mirror = mirror ?? settings.mirror
        settings.seed = seed ?? settings.seed
        settings.precision = precision.chosen ?? settings.precision
        settings.seamless = seamless ?? settings.seamless
        if schedule != nil || warmUp != nil {
            let rest = max(settings.steps - (warmUp ?? 0), 1)
            let course = (schedule ?? .constant).schedule(steps: rest)
            settings.schedule = warmUp.map { $0 > 0 ? .warmUp(steps: $0, then: course) : course } ?? course
        }
    }
}

/// The schedules by name.
enum ScheduleName: String, CaseIterable, ExpressibleByArgument {
    case constant, linear, cosine

    func schedule(steps: Int) -> Schedule {
        switch self {
        case .constant: .constant
        case .linear: .linearDecay(start: steps / 2, end: steps)
        case .cosine: .cosine(total: steps)
        }
    }
}

extension AdversarialLoss: ExpressibleByArgument {
    /// Parses the names of losses in any spelling, including common aliases.
    public init?(argument: String) {
        let field = [
            "vanilla": AdversarialLoss.nonSaturating, "bce": .nonSaturating, "ns": .nonSaturating,
            "lsgan": .leastSquares, "wgan": .wasserstein, "wgangp": .wasserstein, "relativistic": .relativisticAverage,
            "ragan": .relativisticAverage, "rpgan": .relativisticPairing,
        ]
        let plain = argument.lowercased().filter(\.isLetter)
        guard let loss = AdversarialLoss.allCases.first(where: { $0.rawValue.lowercased() == plain }) ?? field[plain]
        else { return nil }
        self = loss
    }

    /// The names for help and completions: `non-saturating`.
    public static var allValueStrings: [String] {
        allCases.map { loss in
            loss.rawValue.reduce(into: "") { $0 += ($1.isUppercase ? "-" : "") + $1.lowercased() }
        }
    }
}

/// Parses augmentations: `color,translation`, or `none`.
struct AugmentationList: ExpressibleByArgument, Equatable {
    let list: [DifferentiableAugmentation]

    init?(argument: String) {
        if argument.lowercased() == "none" {
            list = []
            return
        }
        // British spelling works, too.
        let parts = argument.lowercased().replacing("our", with: "or").split(separator: ",")
        let known = parts.compactMap { DifferentiableAugmentation(rawValue: String($0)) }
        guard !parts.isEmpty, known.count == parts.count else { return nil }
        list = known
    }
}
