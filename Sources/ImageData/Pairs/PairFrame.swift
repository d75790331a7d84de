import ImageFiles
import TensorCore

/// The form that pairs are brought into before they meet a network.
public struct PairFrame: Sendable, Hashable, Codable {
    /// Rows and columns that both images are resized to.
    public var loadSize: Int
    /// Rows and columns of the part that is cut out of them, at the same place in both.
    public var cropSize: Int
    /// Show every other pair mirrored.
    public var flip: Bool
    /// What becomes of images that are not square.
    public var fit: Fit
    /// Channels of the input: 1 gray, 3 RGB.
    public var inputChannels: Int
    /// Channels of the target.
    public var targetChannels: Int

    /// The paper's jitter by default: resized to 286, cut to 256, mirrored.
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

    /// - Throws: ``PairError/cropTooLarge(crop:load:)``.
    public func check() throws {
        if cropSize > loadSize { throw PairError.cropTooLarge(crop: cropSize, load: loadSize) }
    }

    /// An image as eight-bit pixels of the given side and channels.
    func frame(_ image: Image, side: Int, channels: Int) -> Image {
        ImageFrame(width: side, height: side, channels: channels, fit: fit, background: .white)
            .frame(image).converted8()
    }
}

/// How sketches are drawn after photos while a translator learns.
public struct SketchRecipe: Sendable, Hashable, Codable {
    /// The style around which sketches vary, and the only one in tests.
    public var style: SketchStyle
    /// The hands that draw; empty for the style's own.
    public var techniques: [SketchStyle.Technique]
    /// How widely styles vary: 0 draws all sketches alike.
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
