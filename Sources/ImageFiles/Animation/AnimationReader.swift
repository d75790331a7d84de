import Files
import Memory

/// One frame of an animation: the whole canvas as it is shown, and for how long.
public struct AnimationFrame: Sendable, Equatable {
    /// The canvas.
    public var image: Image
    /// How long it is shown.
    public var duration: AnimationDuration

    /// A frame.
    public init(_ image: Image, duration: AnimationDuration) { (self.image, self.duration) = (image, duration) }
}

/// Reads an animated GIF, PNG or WebP frame by frame. Memory holds the canvas and one frame, however many there are.
///
///     let animation = try AnimationReader("loop.gif")
///     while let frame = try animation.next() { … }
public final class AnimationReader {
    /// The format of the file.
    public let format: ImageFormat
    /// Pixels in a row of the canvas.
    public var width: Int { outline.width }
    /// Rows of the canvas.
    public var height: Int { outline.height }
    /// How many frames there are.
    public var frameCount: Int { outline.frames.count }
    /// How often the animation plays; 0 for without end.
    public var plays: Int { outline.plays }
    /// Whether pixels of the canvas may be transparent.
    public var hasAlpha: Bool { !outline.isOpaque }
    /// What the file says beside its frames. It is partial if the file is cut off.
    public let metadata: ImageMetadata

    private let path: String
    private let limits: ImageLimits
    private let bytes: FileBytes
    private let file: any AnimatedFile
    private let outline: AnimationOutline
    private var canvas: AnimationCanvas?
    private var position = 0

    /// Opens a file, and reads everything but its pixels.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - limits: the largest file and canvas that are read.
    ///   - allowPartial: takes the whole frames of a file that is cut off, instead of an error.
    /// - Throws: ``ImageError``: unsupported for a file that is no animation.
    public init(_ path: String, limits: ImageLimits = .standard, allowPartial: Bool = false) throws {
        (self.path, self.limits) = (path, limits)
        let still = try ImageRowReader(path, limits: limits, allowPartial: true)
        let input = try ImageError.ofFiles { try InputFile(path) }
        bytes = FileBytes(input)
        let start = try ImageError.ofFiles { try input.bytes(at: 0, count: 64) }
        switch ImageFormat.sniff(start) {
        case .gif: (format, file) = (.gif, try AnimatedGIF(bytes))
        case .png: (format, file) = (.png, try AnimatedPNG(bytes))
        case .webp: (format, file) = (.webp, try AnimatedWebP(bytes))
        default: throw ImageError.unsupported(file: path, reason: "it is no animation; GIF, PNG and WebP can be one")
        }
        outline = file.outline
        guard !outline.frames.isEmpty else {
            throw file.isTruncated
                ? bytes.truncated : ImageError.unsupported(file: path, reason: "it is no animation, but one image")
        }
        if file.isTruncated, !allowPartial { throw bytes.truncated }
        var metadata = still.metadata
        metadata.isPartial = file.isTruncated
        metadata.losses.removeAll { $0.kind == .frames }
        self.metadata = metadata
        try Self.check(outline, limits, path)
    }

    private static func check(_ outline: AnimationOutline, _ limits: ImageLimits, _ path: String) throws {
        let (width, height) = (outline.width, outline.height)
        guard width > 0, height > 0 else { throw ImageError.corrupt(file: path, reason: "a canvas without pixels") }
        guard width <= limits.maxWidth, height <= limits.maxHeight, width * height <= limits.maxPixels else {
            throw ImageError.tooLarge(
                file: path, reason: "\(width) x \(height) pixels; the limit is \(limits.maxPixels) pixels")
        }
        // The canvas, a frame, and a copy to go back to.
        try ImageError.naming(path) { try MemoryRoom.now.check(3 * 4 * width * height) }
    }

    /// The next frame; nil after the last one.
    ///
    /// - Throws: ``ImageError``.
    public func next() throws -> AnimationFrame? {
        guard position < outline.frames.count else { return nil }
        let frame = outline.frames[position]
        let still = try ImageError.ofFiles { try file.still(frame, of: bytes) }
        var image = try Image.decode(still, name: path, limits: limits)
        guard image.width == frame.width, image.height == frame.height else {
            throw ImageError.corrupt(file: path, reason: "frame \(position + 1) has another size than it says")
        }
        image.metadata = ImageMetadata()
        var canvas =
            canvas
            ?? AnimationCanvas(
                width: width, height: height, channels: (image.isGray ? 1 : 3) + (hasAlpha ? 1 : 0),
                bitDepth: image.bitDepth)
        self.canvas = nil
        let shown = try canvas.drawing(image, frame, name: path)
        self.canvas = canvas
        position += 1
        return AnimationFrame(shown, duration: frame.duration)
    }
}

extension Image {
    /// Whether a file is an animation of several frames.
    package static func isAnimation(_ path: String) -> Bool { (try? header(of: path))?.isAnimated ?? false }
}

extension ImageFormat {
    /// The format that a result of that name has; a GIF is one of an animation.
    package init?(resultPath: String) {
        guard let format = ImageFormat(writtenPath: resultPath) ?? (ImageFormat(path: resultPath) == .gif ? .gif : nil)
        else { return nil }
        self = format
    }
}
