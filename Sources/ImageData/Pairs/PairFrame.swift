import ImageFiles
import TensorCore

/// The form that pairs are converted to for a network.
public struct PairFrame: Sendable, Hashable, Codable {
    /// Rows and columns that both images are resized to.
    public var loadSize: Int
    /// Rows and columns of the crop, at the same place in both images.
    public var cropSize: Int
    /// Whether to mirror every other pair.
    public var flip: Bool
    /// How images that are not square are fitted.
    public var fit: Fit
    /// Channels of the input: 1 gray, 3 RGB.
    public var inputChannels: Int
    /// Channels of the target.
    public var targetChannels: Int

    /// By default the paper's jitter: resized to 286, cropped to 256, mirrored.
    public init(
        loadSize: Int = 286, cropSize: Int = 256, flip: Bool = true, fit: Fit = .squeeze, inputChannels: Int = 3,
        targetChannels: Int = 3
    ) {
        self.loadSize = loadSize
        self.cropSize = cropSize
        self.flip = flip
        self.fit = fit
        self.inputChannels = inputChannels
        self.targetChannels = targetChannels
    }

    /// Whether crops hold nearly whole images: at least four fifths of each side. A network that is shown such crops
    /// knows scenes of one size.
    package var holdsScenes: Bool { cropSize * 5 >= loadSize * 4 }

    /// - Throws: ``PairError/cropTooLarge(crop:load:)``.
    package func check() throws {
        if cropSize > loadSize { throw PairError.cropTooLarge(crop: cropSize, load: loadSize) }
    }

    /// An image as eight-bit pixels of the given side and channels.
    func frame(_ image: Image, side: Int, channels: Int) -> Image {
        ImageFrame(width: side, height: side, channels: channels, fit: fit, background: .white)
            .frame(image).converted8()
    }
}

/// How training draws sketches from photos.
public struct SketchRecipe: Sendable, Hashable, Codable {
    /// The style around which sketches vary; testing uses this style only.
    public var style: SketchStyle
    /// The hands that draw; empty for the hand of the style.
    public var techniques: [SketchStyle.Technique]
    /// How widely styles vary: at 0, all sketches have the same style.
    public var variation: Double

    /// One style, varied by half.
    public init(style: SketchStyle = SketchStyle(), techniques: [SketchStyle.Technique] = [], variation: Double = 0.5) {
        self.style = style
        self.techniques = techniques
        self.variation = variation
    }

    func sketch(of photo: Image, varying random: Random?) -> Image {
        guard let random else { return SketchExtractor(style).sketch(of: photo, random: Random(seed: 0)) }
        let hands = techniques.isEmpty ? [style.technique] : techniques
        let style = style.varied(among: hands, variation: variation, random: random)
        return SketchExtractor(style).sketch(of: photo, random: random)
    }
}
