import Evaluation
import ImageData
import ImageFiles
import Models
import Pix2Pix
import TensorCore

/// How something is measured. What does not matter for its kind is not looked at.
public struct EvaluationOptions: Sendable {
    /// What is asked about a generator or a set of generated images.
    public enum Question: Sendable {
        /// How good are the images?
        case quality
        /// Do they help to train a classifier?
        case augmentation
        /// Do they repeat the images that the generator learned from?
        case memorization
    }

    /// What is asked; only generators and generated images can be asked for anything but their quality.
    public var question = Question.quality
    /// The classifier that recognizes what generated images show: a name or a folder. Sets of gray images are compared
    /// in its features.
    public var classifier: String?
    /// The features in which sets of images are compared: a name or a folder. Nil for those of ImageNet for color images,
    /// if they are found, and those of the classifier for gray ones; empty for those of the classifier.
    public var features: String?

    /// Generators: how many images are made.
    public var count = 10_000
    /// Generators: the seed of the first image.
    public var firstSeed: UInt64 = 0
    /// Generators: the limit of noise, as in ``GenerationOptions/truncation``.
    public var truncation: Double?

    /// Memorization: how many images are made.
    public var sampleCount = 1_000
    /// Memorization: how many of the nearest pairs are told and shown.
    public var nearestPairs = 20
    /// Augmentation: how many images of each class are made, or taken from a set; nil for as many as a class has real
    /// ones on average.
    public var perClass: Int?
    /// Augmentation and memorization: at most so many training images of each class, spread over the class.
    public var limitPerClass: Int?
    /// Augmentation: how often a classifier is trained on each set.
    public var runs = 5
    /// Augmentation: steps of each training; nil for what suits the number of real images.
    public var trainingSteps: Int?
    /// Augmentation: whether ordinary augmentation mirrors images.
    public var mirrors = true

    /// Translators: which image of a pair is the input, or which of two translators is measured.
    public var direction: PairDirection?
    /// Translators: how pairs lie in the folder; nil finds out.
    public var layout: PairLayout?
    /// Translators: the part of the pairs; nil for the first that was not learned from, or all.
    public var split: PairSplit?
    /// Translators: the hand that draws the inputs after photos; nil for what the model was trained with.
    public var hand: SketchStyle.Technique?
    /// Translators: whose mean and variance batch normalization uses; nil for what the model says.
    public var statistics: Pix2PixConfiguration.Statistics?
    /// Translators: whether two trivial ones, made of the training pairs, are measured beside the model.
    public var baselines = false
    /// Translators: whether the colors of enclosed regions are measured, which needs the training pairs.
    public var regions = false
    /// Translators: how many pairs a sheet shows.
    public var sheetPairs = 8

    /// Upscaled images: whether NIQE is measured, too.
    public var niqe = false
    /// Upscaled images: a file of weights with which LPIPS is measured, too.
    public var lpips: String?
    /// Upscaled images from elsewhere: the border that does not count, in pixels.
    public var shave = 0

    /// At most so many pairs or photos, spread over the set; nil for all.
    public var limit: Int?
    /// Translators, upscalers and memorization: whether a sheet shows some of what was measured.
    public var makesSheet = false
    /// Where the model of NIQE is looked for.
    public var store = ModelStore()
    /// The arithmetic that the network computes in.
    public var precision = Precision.float32

    /// What is not given has a default that suits most.
    public init(classifier: String? = nil) { self.classifier = classifier }
}

/// Why something cannot be measured.
public enum EvaluationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The folder holds a run that has written no model yet.
    case noModelYet(run: String)
    /// A generator is measured in the features of a network, and none is given or found.
    case classifierNeeded
    /// There is nothing to compare with: only NIQE needs no data.
    case dataNeeded
    /// No image has the name of a photo.
    case noCommonNames(images: String, photos: String)
    /// Only generated images can be asked whether they help, or repeat others.
    case noGeneratedImages(name: String)
    /// The dataset has no test part.
    case testNeeded(data: String)

    /// The reason in words.
    public var description: String {
        switch self {
        case .noModelYet(let run):
            "\(run) is a run without a model yet: the first checkpoint writes it."
        case .classifierNeeded: "A generator is measured in the features of a network; none is given or found."
        case .dataNeeded: "Images to compare with are needed; only NIQE is measured without."
        case .noGeneratedImages(let name):
            "\(name) makes no new images: only a generator, or a set of generated images, can be asked that."
        case .testNeeded(let data):
            "\(data) has no test part: put real images that nothing learns from into a folder test/ beside train/."
        case .noCommonNames(let images, let photos): "No image of \(images) has the name of a photo of \(photos)."
        }
    }
}

/// What was measured.
public struct EvaluationReport: Sendable {
    /// The figures.
    public let figures: EvaluationFigures
    /// Some of what was measured, if a sheet was asked for: rows of input, translation and target; of bicubic, model and
    /// photo at the place where the first two differ most; or of a generated image and its nearest training image.
    public let sheet: Image?

    init(_ figures: EvaluationFigures, sheet: Image? = nil) {
        self.figures = figures
        self.sheet = sheet
    }
}

/// The figures of what was measured.
public enum EvaluationFigures: Sendable {
    /// Generated images beside real ones.
    case generator(GeneratorEvaluation)
    /// Translations beside the targets of pairs.
    case translator(TranslationEvaluation)
    /// Upscaled images beside photos.
    case upscaler(UpscalingEvaluation)
    /// What a classifier recognizes.
    case classifier(ClassifierEvaluation)
    /// Whether generated images help to train a classifier.
    case augmentation(AugmentationEvaluation)
    /// Whether a generator repeats what it learned from.
    case memorization(MemorizationEvaluation)
    /// How natural images look by themselves.
    case naturalness(NaturalnessEvaluation)
}
