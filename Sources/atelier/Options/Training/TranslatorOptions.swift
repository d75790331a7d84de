import ArgumentParser
import Atelier
import Layers
import Models
import Pix2Pix

/// The network and training settings of a translator; missing options keep their defaults.
struct TranslatorOptions: ParsableArguments {
    @Option(
        name: [.customLong("net-g"), .customLong("netG"), .customLong("generator")],
        help: ArgumentHelp(
            "The generator: unet_256, unet_128 (any power of two), resnet_9blocks, resnet_6blocks (any number), "
                + "guided_128 (64 to 512: a generator with noise, for crops of that size, which follows drawings). "
                + "Default: what suits the crop.", valueName: "name"))
    var generator: String?

    @Option(help: ArgumentHelp("Channels after the generator's first convolution. [64]", valueName: "n"))
    var ngf: Int?

    @Option(help: ArgumentHelp("The normalization: batch or instance.", valueName: "name"))
    var norm: NormalizationKind?

    @Flag(inversion: .prefixedNo, help: "Dropout in the generator, the noise of the paper.")
    var dropout: Bool?

    @Option(
        help: ArgumentHelp(
            "How planes are doubled: by transposed convolution, or by nearest-neighbor (resize) or bilinear upscaling and "
                + "convolution, against checkerboards.",
            valueName: "way"))
    var upsample: Upsampling?

    @Option(
        help: ArgumentHelp(
            "Side of the patches that the discriminator classifies: \(PatchArchitecture.patches.map(String.init).joined(separator: ", ")). [70]",
            valueName: "pixels"))
    var patch: Int?

    @Option(help: ArgumentHelp("Channels after the discriminator's first convolution. [64]", valueName: "n"))
    var ndf: Int?

    @Option(
        help: ArgumentHelp(
            "The number of resolutions with a discriminator, each half of the one before. [1]", valueName: "n"))
    var scales: Int?

    @Option(
        name: [.long, .customLong("gan-mode")],
        help: ArgumentHelp(
            "The loss. [pix2pix: non-saturating, cyclegan: least-squares]", valueName: "name"))
    var loss: AdversarialLoss?

    @OptionGroup var penalties: PenaltyOptions

    @Option(help: ArgumentHelp("Weight of the difference between neighboring pixels; 0 is off.", valueName: "weight"))
    var totalVariation: Float?

    @Option(help: ArgumentHelp("Pairs, or images of each kind, in a step. [1]", valueName: "n"))
    var batchSize: Int?

    @Option(help: ArgumentHelp("Epochs at the full learning rate. [100]", valueName: "n"))
    var nEpochs: Int?

    @Option(help: ArgumentHelp("Epochs while the learning rate falls to 0. [100]", valueName: "n"))
    var nEpochsDecay: Int?

    @Option(
        help: ArgumentHelp(
            "The total number of steps, instead of epochs; the learning rate falls over the second half.",
            valueName: "n"))
    var steps: Int?

    @Option(help: ArgumentHelp("Learning rate of all networks. [0.0002]", valueName: "rate"))
    var lr: Double?

    @Option(help: ArgumentHelp("Adam's decay of the mean gradient. [0.5]", valueName: "β1"))
    var beta1: Double?

    @Option(
        name: [.customLong("ema"), .customLong("ema-decay")],
        help: ArgumentHelp(
            "Decay of the moving average of the generator's weights; 0 is off. [0.999]", valueName: "decay"))
    var averageDecay: Double?

    @Option(
        help: ArgumentHelp(
            "The statistics of batch normalization in translation: the running averages of the training, or the "
                + "image's own statistics. [image with --batch-size 1, otherwise running]",
            valueName: "whose"))
    var statistics: Pix2PixConfiguration.Statistics?

    @Option(help: ArgumentHelp("The seed of every random number of the run.", valueName: "n"))
    var seed: UInt64?

    @OptionGroup var precision: PrecisionOptions

    func validate() throws {
        try NumberCheck.counts(["ngf": ngf, "ndf": ndf, "scales": scales, "batch-size": batchSize, "steps": steps])
        try NumberCheck.counts(["n-epochs": nEpochs, "n-epochs-decay": nEpochsDecay], from: 0)
        if steps != nil, nEpochs ?? nEpochsDecay != nil {
            throw ValidationError("Give either --steps or --n-epochs and --n-epochs-decay.")
        }
        if let generator, TranslatorArchitecture(named: generator) == nil {
            throw ValidationError(
                "--net-g accepts unet_128, unet_256 and other powers of two, resnet_9blocks and other "
                    + "numbers of blocks, and guided_64 to guided_512, not “\(generator)”.")
        }
        if let patch, !PatchArchitecture.patches.contains(patch) {
            throw ValidationError("--patch must be one of \(PatchArchitecture.patches), not \(patch).")
        }
        try NumberCheck.rates(["lr": lr])
        try NumberCheck.decays(["beta1": beta1, "ema": averageDecay])
        try NumberCheck.weights(["total-variation": totalVariation])
    }

    /// How long is learned, and what normalizes images.
    var course: TranslatorCourse {
        var course = TranslatorCourse(steps: steps)
        course.epochs = nEpochs
        course.decayEpochs = nEpochsDecay
        course.statistics = statistics
        return course
    }

    /// Puts what was given in its place, in a new run or in one that is gone on with.
    func apply(to model: inout some TranslationConfiguration) {
        if let named = generator.flatMap(TranslatorArchitecture.init(named:)) {
            (model.generator.network, model.generator.depth) = (named.network, named.depth)
            (model.generator.normalization, model.generator.dropout) = (named.normalization, named.dropout)
            model.generator.noise = named.noise
        }
        model.generator.width = ngf ?? model.generator.width
        model.generator.normalization = norm ?? model.generator.normalization
        model.generator.dropout = dropout ?? model.generator.dropout
        model.generator.upsampling = upsample ?? model.generator.upsampling
        model.discriminator.patch = patch ?? model.discriminator.patch
        model.discriminator.width = ndf ?? model.discriminator.width
        model.discriminator.scales = scales ?? model.discriminator.scales
        model.discriminator.normalization = norm ?? model.discriminator.normalization
        apply(to: &model.training)
    }

    private func apply(to settings: inout TranslationSettings) {
        settings.losses.kind = loss ?? settings.losses.kind
        if loss == .wasserstein { settings.losses.gradientPenalty = 10 }
        settings.losses.gradientPenalty = penalties.gradientPenalty.map { Float($0) } ?? settings.losses.gradientPenalty
        settings.losses.r1Gamma = penalties.r1Gamma ?? settings.losses.r1Gamma
        settings.losses.r2Gamma = penalties.r2Gamma ?? settings.losses.r2Gamma
        settings.losses.r1Interval = penalties.r1Interval ?? settings.losses.r1Interval
        settings.losses.totalVariationWeight = totalVariation ?? settings.losses.totalVariationWeight
        settings.batchSize = batchSize ?? settings.batchSize
        settings.learningRate = lr ?? settings.learningRate
        settings.beta1 = beta1 ?? settings.beta1
        settings.averageDecay = averageDecay ?? settings.averageDecay
        settings.seed = seed ?? settings.seed
        settings.precision = precision.chosen ?? settings.precision
    }
}

extension NormalizationKind: ExpressibleByArgument {}
extension Upsampling: ExpressibleByArgument {}
extension Pix2PixConfiguration.Statistics: ExpressibleByArgument {
    /// Parses the names, also those of version 0.1.
    public init?(argument: String) { self.init(rawValue: FormerKeys.value(argument, of: "statistics")) }
}
