import ImageData
import Layers
import Models
import TensorCore
import Training

/// The configuration that is needed to build and train translators, with or without pairs.
package protocol TranslationConfiguration: Codable, Sendable {
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
    /// How the networks are trained.
    public var training = TranslationSettings()
    /// Which statistics batch normalization uses when images are translated.
    public var statistics: Statistics = .image
    /// The default way to translate images of other sizes than in training; nil chooses by size.
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

    /// The network and its use, as they are written to model folders.
    package var network: NetworkConfiguration {
        var parameters = TranslatorParameters(generator)
        parameters.size = frame.cropSize
        (parameters.statistics, parameters.fit) = (statistics, fit ?? .auto)
        return generator.configuration(using: parameters)
    }

    /// The manifest for model folders.
    package func manifest(name: String, provenance: [String: String]) throws -> ModelManifest {
        try ModelManifest(network, name: name, provenance: provenance)
            .recording(self, without: ["generator", "statistics", "fit"])
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

    /// The schedule of the learning rates.
    var schedule: Schedule { .linearDecay(start: decayStart, end: max(steps, decayStart + 1)) }
}
