import ImageData
import Layers
import Models
import TensorCore
import Training

/// The configuration that is needed to build and train translators, with or without pairs.
package protocol TranslationConfiguration: CheckedSettings, Sendable {
    /// Its name on the command line: `pix2pix`, `cyclegan`.
    static var kind: String { get }
    /// The network that translates.
    var generator: TranslatorArchitecture { get set }
    /// The discriminator.
    var discriminator: PatchArchitecture { get set }
    /// The form of the images.
    var frame: PairFrame { get set }
    /// How the networks are trained.
    var training: TranslationSettings { get set }
    /// Which statistics batch normalization uses when images are translated.
    var statistics: Pix2PixConfiguration.Statistics { get set }
}

extension TranslationConfiguration {
    /// Refuses impossible networks, images and trainings.
    func checkTranslator() throws(ParameterError) {
        try ParameterError.check(in: "generator") { () throws(ParameterError) in try generator.configuration.check() }
        for (name, channels, own) in [
            ("inputChannels", frame.inputChannels, generator.inputChannels),
            ("targetChannels", frame.targetChannels, generator.outputChannels),
        ] {
            guard channels == 1 || channels == 3 else {
                throw ParameterError("frame.\(name) is \(channels), it must be 1 or 3")
            }
            guard channels == own else {
                throw ParameterError("frame.\(name) is \(channels), and the generator has \(own) channels there")
            }
        }
        // A ResNet's blocks need two pixels at a quarter of the size.
        let least = generator.network == .resnet ? 8 : 2
        try ParameterError.check("frame.cropSize", frame.cropSize, in: least...16_384)
        try ParameterError.check("frame.loadSize", frame.loadSize, in: frame.cropSize...16_384)
        guard frame.cropSize % generator.multiple == 0 else {
            throw ParameterError("frame.cropSize is \(frame.cropSize), no multiple of \(generator.multiple)")
        }
        if generator.network == .guided, frame.cropSize != 1 << generator.depth {
            throw ParameterError(
                "frame.cropSize is \(frame.cropSize), it must be \(1 << generator.depth) for \(generator.name)")
        }
        try ParameterError.check(in: "discriminator") { () throws(ParameterError) in
            try discriminator.check(side: frame.cropSize)
        }
        try ParameterError.check(in: "training") { () throws(ParameterError) in try training.check() }
    }

    /// Takes a change of the training.
    package mutating func apply(_ change: RunChange) { training.apply(change) }
}

/// A translator that is trained on pairs (Isola et al. 2017), and how it is trained.
public struct Pix2PixConfiguration: TranslationConfiguration, Hashable {
    /// `pix2pix`.
    package static let kind = "pix2pix"

    /// The network that translates.
    public var generator = TranslatorArchitecture()
    /// The discriminator.
    public var discriminator = PatchArchitecture()
    /// The form of the pairs.
    public var frame = PairFrame()
    /// How inputs are drawn from photos; nil for complete pairs.
    public var sketches: SketchRecipe?
    /// The random changes of drawings in training; nil for none.
    public var variation: DrawingVariation?
    /// The names of the classes in the order of their labels, as many as the generator has; nil for none.
    public var classNames: [String]?
    /// The share of drawings that are shown without their class, so that none need be said; nil means 0.2.
    public var unlabeledShare: Double?
    /// The share of pixels of the targets that each color of the generator's palette is nearest to; nil without one.
    public var paletteShares: [Double]?
    /// How hints are drawn from targets, for a generator that takes them; nil for none.
    public var hints: HintRecipe?
    /// How the networks are trained.
    public var training = TranslationSettings()
    /// Which statistics batch normalization uses when images are translated.
    public var statistics: Statistics = .image
    /// The default way to translate images of other sizes than in training; nil resizes them for a network that was
    /// shown whole scenes, and chooses by size otherwise.
    public var fit: TranslationFit?

    /// Which mean and variance batch normalization uses in translation.
    public enum Statistics: String, Codable, Sendable, CaseIterable {
        /// The averages gathered in training.
        case running
        /// The image's own statistics, as in the paper and as public models expect.
        case image
    }

    /// The paper's settings.
    package init() {}

    /// Refuses impossible networks and trainings.
    package func check() throws(ParameterError) {
        try checkTranslator()
        try checkConditions()
        guard let sketches else { return }
        try ParameterError.check("sketches.variation", sketches.variation, in: 0...10)
        try ParameterError.check("sketches.style.lineWidth", sketches.style.lineWidth, in: 0...1000)
        try ParameterError.check("sketches.style.simplification", sketches.style.simplification, in: 0...1)
        try ParameterError.check("sketches.style.jitter", sketches.style.jitter, in: 0...1000)
    }

    private func checkConditions() throws(ParameterError) {
        try ParameterError.check("variation.strength", variation?.strength ?? 0, in: 0...1)
        try ParameterError.check("unlabeledShare", unlabeledShare ?? 0, in: 0...1)
        try ParameterError.check("hints.share", hints?.share ?? 0, in: 0...1)
        try ParameterError.check("hints.mostDabs", hints?.mostDabs ?? 0, in: 0...1000)
        let (named, known) = (classNames?.count ?? 0, generator.classCount ?? 0)
        guard named == known else {
            throw ParameterError("classNames has \(named) names, and the generator has \(known) classes")
        }
        let (counted, colors) = (paletteShares?.count ?? 0, generator.palette?.count ?? 0)
        guard counted == colors else {
            throw ParameterError("paletteShares has \(counted) numbers, and the generator's palette \(colors) colors")
        }
        guard paletteShares?.allSatisfy({ (0...1).contains($0) }) ?? true else {
            throw ParameterError("paletteShares has numbers that are not from 0 to 1")
        }
        guard (hints != nil) == (generator.colorHints ?? false) else {
            throw ParameterError(
                "hints is \(hints == nil ? "missing" : "given"), and the generator takes \(hints == nil ? "some" : "none")"
            )
        }
    }

    /// The loss of the scores of colors; nil for a generator without a palette.
    var colorClassification: ColorClassification? {
        guard let palette = generator.palette, let paletteShares else { return nil }
        return ColorClassification(palette.compactMap { PaletteColor($0) }, shares: paletteShares)
    }

    /// What training adds to drawings.
    package var conditions: PairConditions {
        var conditions = PairConditions()
        conditions.variation = variation
        conditions.hints = hints
        conditions.classNames = classNames ?? []
        conditions.unlabeledShare = unlabeledShare ?? 0.2
        conditions.hasNoise = generator.noise ?? false
        conditions.findsRegions = training.losses.regionWeight ?? 0 > 0
        return conditions
    }

    /// The network and its use, as they are written to model folders.
    package var network: NetworkConfiguration {
        var parameters = TranslatorParameters(generator)
        parameters.size = frame.cropSize
        parameters.statistics = statistics
        parameters.fit = fit ?? (frame.holdsScenes ? .resize : .auto)
        return generator.configuration(using: parameters)
    }

    /// The manifest for model folders.
    package func manifest(name: String, provenance: [String: String]) throws -> ModelManifest {
        try ModelManifest(network, name: name, classes: classNames ?? [], provenance: provenance)
            .recording(self, without: ["generator", "statistics", "fit", "classNames"])
    }
}

/// How images of any size go through a network.
public enum TranslationFit: String, Codable, Sendable, CaseIterable {
    /// The whole image, or tiles if it is large.
    case auto
    /// The whole image, extended by reflection to a size that the network accepts.
    case pad
    /// Overlapping tiles that are blended.
    case tile
    /// Resized to a square of the size in training, and back: for networks that only know whole scenes.
    case resize
}

/// How a translator is trained.
public struct TranslationSettings: Codable, Sendable, Hashable {
    /// What the two networks minimize.
    public var losses = TranslationLosses()
    /// The random changes of pairs before the discriminator sees them; nil for none.
    public var augmentation: [DifferentiableAugmentation]?
    /// Pairs in a step.
    public var batchSize = 1
    /// Steps of the training.
    public var steps = 200_000
    /// The step from which learning rates fall linearly to 0 at the last step.
    public var decayStart = 100_000
    /// Adam's learning rate, of both networks.
    public var learningRate: Double = 2e-4
    /// Adam's decay of the mean gradient.
    public var beta1: Double = 0.5
    /// Adam's decay of the mean square gradient.
    public var beta2: Double = 0.999
    /// Decay of the moving average of the generator's weights, which makes the images; 0 is off.
    public var averageDecay: Double = 0.999
    /// The seed of every random number of the training.
    public var seed: UInt64 = 0
    /// The precision of convolutions; nil, as in the records of older runs, means float32.
    public var precision: Precision?

    /// The paper's settings, and a moving average of the weights.
    public init() {}

    /// Refuses numbers with which no training is possible.
    func check() throws(ParameterError) {
        try ParameterError.check("batchSize", batchSize, in: TrainingLimits.batchSize)
        try ParameterError.check("steps", steps, in: TrainingLimits.steps)
        try ParameterError.check("decayStart", decayStart, in: TrainingLimits.steps)
        try ParameterError.check("learningRate", learningRate, in: TrainingLimits.rate)
        try ParameterError.check("beta1", beta1, in: TrainingLimits.decay)
        try ParameterError.check("beta2", beta2, in: TrainingLimits.decay)
        try ParameterError.check("averageDecay", averageDecay, in: TrainingLimits.decay)
        try ParameterError.check(in: "losses") { () throws(ParameterError) in try losses.check() }
    }

    mutating func apply(_ change: RunChange) {
        switch change {
        case .batchSize(let count): batchSize = count
        case .learningRate(let rate): learningRate = rate
        case .precision(let kind): precision = kind
        case .data: break
        }
    }

    /// The schedule of the learning rates.
    var schedule: Schedule { .linearDecay(start: decayStart, end: max(steps, decayStart + 1)) }
}
