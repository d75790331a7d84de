import ImageData
import Layers
import Models
import TensorCore
import Training

/// What has to be known to build and train translators of images, whatever they learn from.
package protocol TranslationConfiguration: Codable, Sendable {
    /// What the command line calls it: `pix2pix`, `cyclegan`.
    static var kind: String { get }
    /// The network that translates.
    var generator: TranslatorArchitecture { get set }
    /// The network that tells true images from translations.
    var discriminator: PatchArchitecture { get set }
    /// The form of the images.
    var frame: PairFrame { get set }
    /// How the networks are trained.
    var training: TranslationSettings { get set }
    /// What normalizes an image when it is translated.
    var statistics: Pix2PixConfiguration.Statistics { get set }
}

/// A translator of images learned from pairs, and how it is trained (Isola et al. 2017).
public struct Pix2PixConfiguration: TranslationConfiguration, Hashable {
    /// `pix2pix`.
    public static let kind = "pix2pix"

    /// The network that translates.
    public var generator = TranslatorArchitecture()
    /// The network that tells true images from translations.
    public var discriminator = PatchArchitecture()
    /// The form of the pairs.
    public var frame = PairFrame()
    /// How inputs are drawn after photos; nil for pairs that are complete.
    public var sketches: SketchRecipe?
    /// How the two are trained.
    public var training = TranslationSettings()
    /// What normalizes an image when it is translated.
    public var statistics: Statistics = .image
    /// How images of other sizes than those of the training are translated unless it is said otherwise; nil for
    /// what suits their size.
    public var fit: TranslationFit?

    /// Whose mean and variance batch normalization uses in translating.
    public enum Statistics: String, Codable, Sendable, CaseIterable {
        /// The averages gathered in training.
        case running
        /// The image's own, as the paper does and public models expect.
        case image
    }

    /// The paper's settings.
    public init() {}

    /// The network and its use, as they are written to model folders.
    public var network: NetworkConfiguration {
        var parameters = TranslatorParameters(generator)
        parameters.size = frame.cropSize
        (parameters.statistics, parameters.fit) = (statistics, fit ?? .auto)
        return generator.configuration(using: parameters)
    }

    /// What is written to model folders.
    package func manifest(name: String, provenance: [String: String]) throws -> ModelManifest {
        try ModelManifest(network, name: name, provenance: provenance)
            .recording(self, without: ["generator", "statistics", "fit"])
    }
}

/// How images of any size go through a network.
public enum TranslationFit: String, Codable, Sendable, CaseIterable {
    /// Whole, or in parts when they are large.
    case auto
    /// Whole, mirrored at their borders up to what the network takes.
    case pad
    /// In overlapping parts that are blended.
    case tile
    /// As squares of the training's size, and back: for networks that only know whole scenes.
    case resize
}

/// How a translator learns from pairs.
public struct TranslationSettings: Codable, Sendable, Hashable {
    /// What the two networks minimize.
    public var losses = TranslationLosses()
    /// How pairs are changed at random before the discriminator sees them; nil leaves them as they are.
    public var augmentation: [DifferentiableAugmentation]?
    /// Pairs in a step.
    public var batchSize = 1
    /// Steps of the training.
    public var steps = 200_000
    /// The step from which learning rates fall in a straight line to 0 at the last.
    public var decayStart = 100_000
    /// Adam's learning rate, of both networks.
    public var learningRate: Double = 2e-4
    /// Adam's decay of the mean gradient.
    public var beta1: Double = 0.5
    /// Adam's decay of the mean square gradient.
    public var beta2: Double = 0.999
    /// Decay of the moving average of the generator's weights that images are made with; 0 is off.
    public var averageDecay: Double = 0.999
    /// Decides every random number of the training.
    public var seed: UInt64 = 0
    /// The arithmetic of convolutions; nil, as in the records of older runs, is float32.
    public var precision: Precision?

    /// The paper's settings, and a moving average of the weights.
    public init() {}

    /// The learning rates' course.
    var schedule: Schedule { .linearDecay(start: decayStart, end: max(steps, decayStart + 1)) }
}
