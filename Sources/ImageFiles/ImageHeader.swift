import CImageCodecs
import Files

/// What an image file says about itself before its pixels.
public struct ImageHeader: Sendable, Equatable {
    /// Pixels in a row of the upright image.
    public let width: Int
    /// Rows of the upright image.
    public let height: Int
    /// Channels after decoding: 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.
    public let channels: Int
    /// Bits per sample in the file: 1 to 16, in a TIFF up to 64; of a palette, the bits of an index, 8 in a PNG.
    public let bitDepth: Int
    /// The format of the content, whatever the name of the file.
    public let format: ImageFormat
    /// The orientation, 1 to 8 as in EXIF, that decoding undoes. Width and height have it applied already.
    public let orientation: Int
    /// Whether the rows can be decoded from top to bottom without holding the whole image: false if it is interlaced,
    /// progressive, or must be rotated or turned upside down.
    public let isInOrder: Bool
    /// Whether it is an animation of several frames; the first one is what is decoded.
    public let isAnimated: Bool
    /// The memory that decoding the whole image takes: its pixels and what the decoder holds beside them.
    package let decodingBytes: Int

    /// Whether the last channel is alpha.
    public var hasAlpha: Bool { channels == 2 || channels == 4 }
}

extension Image {
    /// Size and kind of an image file, without its pixels. No limits apply.
    ///
    /// - Throws: ``ImageError``.
    public static func header(of path: String) throws -> ImageHeader {
        try ImageError.naming(path) { try ImageError.ofFiles { try header(of: InputFile(path)) } }
    }

    private static func header(of file: InputFile) throws -> ImageHeader {
        let path = file.path
        let start = try file.bytes(at: 0, count: 1 << 16)
        switch try start.withUnsafeBytes({ try recognizedFormat(of: $0, name: path) }) {
        case .png:
            let chunks = try pngChunksThatTell(in: file, start: start)
            return try pngHeader(of: chunks, path: path)
        case .jpeg:
            do {
                return try jpegHeader(of: start, path: path)
            } catch ImageError.truncated where start.count == 1 << 16 {
                return try jpegHeader(of: file.bytes(at: 0, count: file.size), path: path)
            }
        default:
            let limits = ImageLimits(maxWidth: .max, maxHeight: .max, maxPixels: .max, maxBytes: .max)
            let decoder = try RowDecoder(path, limits: limits, allowPartial: true)
            return ImageHeader(decoder.info, format: decoder.format)
        }
    }

    private static func pngHeader(of bytes: [UInt8], path: String) throws -> ImageHeader {
        var info = codec_info()
        var status = codec_status()
        guard codec_png_header(bytes, bytes.count, &info, &status) else { throw ImageError(status, file: path) }
        return ImageHeader(info, format: .png, isAnimated: hasFrames(bytes))
    }

    /// Whether the chunks say that there are several frames.
    private static func hasFrames(_ chunks: [UInt8]) -> Bool {
        let control = PNGChunk.all(in: chunks).first { $0.type == "acTL" }
        return control.map { $0.content.prefix(4).reduce(0) { $0 << 8 | Int($1) } > 1 } ?? false
    }

    private static func jpegHeader(of bytes: [UInt8], path: String) throws -> ImageHeader {
        var limits = codec_limits(max_width: .max, max_height: .max, max_pixels: .max, max_bytes: .max)
        var status = codec_status()
        return try bytes.withUnsafeBufferPointer { buffer in
            guard let reader = codec_open(CODEC_JPEG, buffer.baseAddress, buffer.count, &limits, true, &status)
            else {
                throw ImageError(status, file: path)
            }
            defer { codec_close(reader) }
            return ImageHeader(codec_get_info(reader).pointee, format: .jpeg)
        }
    }

    /// The signature, the header chunk, and the chunks that say something beside the pixels: those of transparency and
    /// EXIF, which may follow the pixels, and with `details` all that are kept of texts, colors, density and animations.
    static func pngChunksThatTell(
        in file: InputFile, start: [UInt8], details: Bool = false
    ) throws -> [UInt8] {
        let wanted: Set<String> = details ? detailChunks : ["tRNS", "eXIf", "acTL"]
        var budget = 32 << 20
        let headerEnd = 8 + 25
        var kept = Array(start.prefix(headerEnd))
        var offset = headerEnd
        var hasPixels = false
        while kept.count >= headerEnd {
            let inStart = offset + 8 <= start.count
            let head = inStart ? Array(start[offset..<offset + 8]) : try file.bytes(at: offset, count: 8)
            guard head.count == 8 else { break }
            let length = head[..<4].reduce(0) { $0 << 8 | Int($1) }
            let type = String(decoding: head[4...], as: UTF8.self)
            if type == "IEND" { break }
            if type == "IDAT" { hasPixels = true }
            // The name of a small one may be damaged.
            let isWanted = wanted.contains(type) || (details && length <= 256 && !type.hasSuffix("DAT"))
            if isWanted, !(hasPixels && type == "fcTL"), length <= (details ? budget : 1 << 20) {
                budget -= length + 12
                kept += try file.bytes(at: offset, count: length + 12)
            }
            offset += length + 12
        }
        return kept
    }

    private static let detailChunks: Set<String> = [
        "tRNS", "eXIf", "tEXt", "zTXt", "iTXt", "iCCP", "sRGB", "gAMA", "cHRM", "cICP", "pHYs", "acTL", "fcTL",
    ]
}

extension ImageHeader {
    fileprivate init(_ info: codec_info, format: ImageFormat, isAnimated: Bool? = nil) {
        self.init(
            width: Int(info.width), height: Int(info.height), channels: Int(info.channels),
            bitDepth: Int(info.source_bits), format: format, orientation: Int(info.orientation),
            isInOrder: info.in_order, isAnimated: isAnimated ?? (info.losses.later_frames > 0),
            decodingBytes: Self.decodingBytes(info))
    }

    /// A PNG is decoded in place, interlaced or not, but exchanging the axes takes a second image.
    private static func decodingBytes(_ info: codec_info) -> Int {
        if info.decoding_bytes > 0 { return Int(clamping: info.decoding_bytes) }
        // At most 2³¹ × 2³¹ pixels of 8 bytes, twice.
        let bytes = Double(info.width) * Double(info.height) * Double(info.channels * (info.source_bits == 16 ? 2 : 1))
        return Int(min(info.orientation > 4 ? 2 * bytes : bytes, 0x1p62))
    }
}
