import BatchPipeline
import Models
import SuperResolution
import TensorCore

/// How images are upscaled. What is nil is as the model says, or as suits the image.
public struct UpscalingOptions: Sendable {
    /// How large results become; nil for as many times as the model upscales.
    public var size: UpscaledSize?
    /// The largest side of the tiles that an image is cut into; nil for 512 at most, as memory allows.
    public var tile: Int?
    /// What a tile sees beyond its part; nil for what the network's pixels depend on, within reason.
    public var tilePad: Int?
    /// How many pixels of its mirror image an image gets at its border, at most ``tilePad``; with 0, the network pads
    /// it, as in PyTorch.
    public var prePad = 10
    /// Whether a result is the mean over eight ways to turn and mirror an image: better, eight times slower.
    public var testTimeAugmentation = false
    /// Whether a shift of colors that the network brings in is taken back.
    public var correctsColor = true
    /// The axes along which images repeat, so that results do, too; nil for those of the model.
    public var seamless: Wrapping?
    /// How much noise is removed, 0 to 1: the share of the model; the rest is its partner's. nil for all.
    public var denoising: Double?
    /// The model of the same architecture that keeps noise; nil for the one that is called like the model with `wdn`.
    public var denoisingPartner: String?
    /// Where that model is looked for.
    public var store = ModelStore()
    /// Memory for images on their way, in bytes.
    public var memory = BatchSettings.usualMemory
    /// What stays of the metadata of the images.
    public var kept = ImageMetadata.Kept.all
    /// Whether results say that a model worked on them, and which.
    public var provenance = true
    /// The arithmetic that the network computes in.
    public var precision = Precision.float32

    /// What is not given has a default that suits most.
    public init(size: UpscaledSize? = nil) { self.size = size }
}
