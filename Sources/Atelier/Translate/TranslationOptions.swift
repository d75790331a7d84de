import Pix2Pix
import TensorCore

/// Why an image cannot be translated as it was asked for.
public enum TranslationLimit: Error, Sendable, Equatable, CustomStringConvertible {
    /// An image repeats only with sides that are multiples of a number; the next such size.
    case repetition(Int, Int, multiple: Int, Int, Int)
    /// The hints have other proportions than the image.
    case hints(Int, Int, Int, Int)
    /// The model knows no classes.
    case noClasses(model: String)
    /// A class that the model does not know; lists those that it knows.
    case unknownClass(String)
    /// The model takes no hints.
    case noHints(model: String)

    /// The reason in words.
    public var description: String {
        switch self {
        case .repetition(let width, let height, let multiple, let nextWidth, let nextHeight):
            "\(width)×\(height) pixels cannot be translated without a seam: with this model, images that repeat have "
                + "sides that are multiples of \(multiple). Resize the image to \(nextWidth)×\(nextHeight), or use "
                + "--fit resize."
        case .hints(let width, let height, let imageWidth, let imageHeight):
            "The hints have \(width)×\(height) pixels, and the image has \(imageWidth)×\(imageHeight). Give both the same size."
        case .noClasses(let model): "\(model) knows no classes: leave out --class."
        case .unknownClass(let words): words
        case .noHints(let model): "\(model) takes no color hints: leave out --hints."
        }
    }
}

/// How images are translated. What is nil is as the model says, or as suits the image.
public struct TranslationOptions: Sendable {
    /// How images of any size go through the network.
    public var fit: TranslationFit = .auto
    /// Side of the tiles, in pixels; nil for that of the training, 256 at least.
    public var tile: Int?
    /// Pixels that neighboring tiles have in common; there they are blended.
    public var overlap = 64
    /// Side of the square for `TranslationFit.resize`; nil for that of the training.
    public var size: Int?
    /// The axes along which images repeat, so that results do, too; nil for those of the model.
    public var seamless: Wrapping?
    /// Whose mean and variance batch normalization uses; nil for what the model says.
    public var statistics: Pix2PixConfiguration.Statistics?
    /// Whether dropout stays on: results vary with the seed.
    public var dropout = false
    /// What dropout draws from.
    public var seed: UInt64 = 0
    /// What the images show, by its name or number; nil leaves that to the model.
    public var className: String?
    /// The color hints for a model that takes them.
    public var hints = HintChoice.drawing
    /// Whether what comes in are photos or scans of drawings: paper and shadows become white, ink of any color black.
    public var removesPaper = false
    /// Whether each region that the lines of a drawing enclose gets one color: the most frequent one, or that of the dabs
    /// of color in it. A network that chooses among the colors of a palette does so unless this is false.
    public var isFlat: Bool?
    /// Whether the image that came in stands beside the one that goes out.
    public var sideBySide = false
    /// What stays of the metadata of the images.
    public var kept = ImageMetadata.Kept.all
    /// Whether results say that a model made them, and which.
    public var provenance = true
    /// The arithmetic that the network computes in.
    public var precision = Precision.float32

    /// What is not given has a default that suits most.
    public init(
        fit: TranslationFit = .auto, removesPaper: Bool = false, sideBySide: Bool = false
    ) {
        self.fit = fit
        self.removesPaper = removesPaper
        self.sideBySide = sideBySide
    }
}
