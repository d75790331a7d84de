import ArgumentParser
import Atelier
import ImageData
import Layers
import Models
import SuperResolution
import TensorCore

/// The network and training settings of an upscaler; missing options keep their defaults.
struct UpscalerTrainingOptions: ParsableArguments {
    @Option(
        name: [.long, .customLong("net-g"), .customLong("netG"), .customLong("generator")],
        help: ArgumentHelp(
            "The network; srvgg and span are compact and fast. [srresnet]", valueName: "name"))
    var net: UpscalerName?

    @Option(name: .shortAndLong, help: ArgumentHelp("How many times larger the result is. [4]", valueName: "n"))
    var scale: Int?

    @Option(help: ArgumentHelp("Channels of the hidden layers. [64]", valueName: "n"))
    var features: Int?

    @Option(
        help: ArgumentHelp("Residual blocks, or srvgg's convolutions. [16, rrdb 23]", valueName: "n"))
    var blocks: Int?

    @Option(
        help: ArgumentHelp(
            "Start from the weights of an upscaler: a name, a folder, or a file of another program. Its network is "
                + "used.", valueName: "model"))
    var from: String?

    @Option(
        help: ArgumentHelp(
            "How small versions are made: bicubic (as in MATLAB), or practical: blur, noise and JPEG as in "
                + "Real-ESRGAN. [bicubic]", valueName: "name"))
    var degradation: Degradation?

    @Option(
        name: [.long, .customLong("gt-size")],
        help: ArgumentHelp("Side of the crops of the photos. [96]", valueName: "pixels"))
    var cropSize: Int?

    @Flag(inversion: .prefixedNo, help: "Flip and rotate crops. [on]")
    var flip: Bool?

    @Option(help: ArgumentHelp("Crops in a step. [16]", valueName: "n"))
    var batchSize: Int?

    @Option(help: ArgumentHelp("Steps of the first stage, pixel by pixel. [100000]", valueName: "n"))
    var steps: Int?

    @Option(
        help: ArgumentHelp(
            "The loss of the first stage: l1 or charbonnier. [l1; charbonnier for span and the networks that came after "
                + "it]", valueName: "name"))
    var pixelLoss: PixelLoss?

    @Option(help: ArgumentHelp("Learning rate of the first stage. [0.0002]", valueName: "rate"))
    var lr: Double?

    @Option(
        help: ArgumentHelp("Schedule of that learning rate: constant, cosine, multistep. [cosine]", valueName: "name"))
    var decay: RateDecay?

    @Option(
        help: ArgumentHelp(
            "Steps of the second stage, against a discriminator; 0 leaves it out. [20000]", valueName: "n"))
    var ganSteps: Int?

    @Option(
        name: [.long, .customLong("gan-mode")],
        help: ArgumentHelp(
            "Loss of the second stage. [non-saturating]", valueName: "name"))
    var loss: AdversarialLoss?

    @OptionGroup var penalties: PenaltyOptions

    @Option(
        name: [.customLong("net-d"), .customLong("netD")],
        help: ArgumentHelp(
            "The discriminator: unet (one output for each pixel) or srgan (one for each crop). [unet]",
            valueName: "name"))
    var discriminator: UpscalerDiscriminator.Network?

    @Option(help: ArgumentHelp("Channels of the discriminator's first convolution. [32]", valueName: "n"))
    var ndf: Int?

    @Option(help: ArgumentHelp("Learning rate of the second stage. [0.0002]", valueName: "rate"))
    var ganLr: Double?

    @Option(help: ArgumentHelp("Learning rate of the discriminator. [0.0005]", valueName: "rate"))
    var ganLrD: Double?

    @Option(
        help: ArgumentHelp("Schedule of both learning rates: constant, cosine, multistep. [cosine]", valueName: "name"))
    var ganDecay: RateDecay?

    @Option(
        help: ArgumentHelp(
            "The network of the perceptual loss: imagenet for EfficientNet-Lite0, a classifier (model or run), or "
                + "PyTorch's weights of VGG, such as vgg19.pth; none turns it off. [imagenet]", valueName: "model"))
    var perceptual: String?

    @Option(help: ArgumentHelp("Weight of the pixel loss in the second stage. [1]", valueName: "weight"))
    var pixelWeight: Double?

    @Option(help: ArgumentHelp("Weight of the perceptual loss; use 1 with VGG. [0.1]", valueName: "weight"))
    var perceptualWeight: Double?

    @Option(
        name: .customLong("phase-weight"),
        help: ArgumentHelp(
            "Weight of the loss on local means, which prevents grids and color shifts. [10]",
            valueName: "weight"))
    var gridWeight: Double?

    @Option(
        help: ArgumentHelp(
            "Weight of a loss where the image looks like an artifact, as in LDL, which uses 1; 0 is off.",
            valueName: "weight"))
    var artifactWeight: Double?

    @Option(help: ArgumentHelp("Weight of the adversarial loss. [0.1]", valueName: "weight"))
    var ganWeight: Double?

    @Option(
        name: [.customLong("ema")],
        help: ArgumentHelp("Decay of the moving average of the weights; 0 is off. [0.999]", valueName: "decay"))
    var averageDecay: Double?

    @Option(help: ArgumentHelp("The seed of every random number of the run.", valueName: "n"))
    var seed: UInt64?

    @OptionGroup var precision: PrecisionOptions

    func validate() throws {
        try NumberCheck.counts(["features": features, "batch-size": batchSize, "ndf": ndf])
        try NumberCheck.counts(["blocks": blocks, "steps": steps, "gan-steps": ganSteps], from: 0)
        if let cropSize, !(8...1024).contains(cropSize) {
            throw ValidationError("--crop-size must be from 8 to 1024, not \(cropSize).")
        }
        try NumberCheck.rates(["lr": lr, "gan-lr": ganLr, "gan-lr-d": ganLrD])
        try NumberCheck.weights([
            "pixel-weight": pixelWeight, "perceptual-weight": perceptualWeight, "phase-weight": gridWeight,
            "gan-weight": ganWeight, "artifact-weight": artifactWeight,
        ])
        try NumberCheck.decays(["ema": averageDecay])
        if from != nil, net ?? nil != nil || scale ?? features ?? blocks != nil {
            throw ValidationError(
                "With --from the network is that of the model: leave --net, --scale, --features and --blocks out.")
        }
    }

    /// What the perceptual loss is taken in.
    var perception: SuperResolution.Perception {
        perceptual.map { $0 == "none" ? .none : .network($0) } ?? .usual
    }

    /// Applies the given options.
    func apply(to model: inout SuperResolutionConfiguration) {
        if let net {
            model.generator.network = net.architecture
            model.generator.depth = UpscalerArchitecture(net.architecture).depth
        }
        model.generator.scale = scale ?? model.generator.scale
        model.generator.features = features ?? model.generator.features
        model.generator.depth = blocks ?? model.generator.depth
        var settings = model.training ?? UpscalerTrainingSettings()
        settings.frame.scale = model.generator.scale
        settings.frame.channels = model.generator.inputChannels
        settings.frame.degradation = degradation ?? settings.frame.degradation
        settings.frame.cropSize = cropSize ?? settings.frame.cropSize
        settings.frame.flip = flip ?? settings.frame.flip
        settings.batchSize = batchSize ?? settings.batchSize
        settings.averageDecay = averageDecay ?? settings.averageDecay
        settings.seed = seed ?? settings.seed
        settings.precision = precision.chosen ?? settings.precision
        apply(to: &settings.pixel)
        apply(to: &settings.adversarial)
        model.training = settings
    }

    private func apply(to stage: inout PixelSettings) {
        stage.steps = steps ?? stage.steps
        stage.loss = pixelLoss ?? stage.loss
        stage.learningRate = lr ?? stage.learningRate
        stage.decay = decay ?? stage.decay
    }

    private func apply(to stage: inout AdversarialStageSettings) {
        stage.steps = ganSteps ?? stage.steps
        stage.loss = loss ?? stage.loss
        stage.r1Gamma = penalties.r1Gamma ?? stage.r1Gamma
        stage.r2Gamma = penalties.r2Gamma ?? stage.r2Gamma
        stage.r1Interval = penalties.r1Interval ?? stage.r1Interval
        stage.gradientPenalty = penalties.gradientPenalty ?? stage.gradientPenalty
        stage.discriminator.network = discriminator ?? stage.discriminator.network
        stage.discriminator.width = ndf ?? stage.discriminator.width
        stage.learningRate = ganLr ?? stage.learningRate
        stage.decay = ganDecay ?? stage.decay
        stage.discriminatorLearningRate = ganLrD ?? stage.discriminatorLearningRate
        stage.gridWeight = gridWeight ?? stage.gridWeight
        stage.pixelWeight = pixelWeight ?? stage.pixelWeight
        stage.perceptualWeight = perceptualWeight ?? stage.perceptualWeight
        stage.artifactWeight = artifactWeight ?? stage.artifactWeight
        stage.adversarialWeight = ganWeight ?? stage.adversarialWeight
    }
}

/// The usual names of upscaling networks.
struct UpscalerName: ExpressibleByArgument {
    let architecture: Architecture

    init?(argument: String) {
        let architectures: [Architecture] = .upscalers
        guard let found = architectures.named(argument, kind: ModelFamily.upscaler.kind) else { return nil }
        architecture = found
    }

    static var allValueStrings: [String] {
        let architectures: [Architecture] = .upscalers
        return architectures.map { $0.aliases.first ?? $0.id }
    }
}

extension Degradation: ExpressibleByArgument {}
extension PixelLoss: ExpressibleByArgument {}
extension RateDecay: ExpressibleByArgument {}
extension UpscalerDiscriminator.Network: ExpressibleByArgument {}
