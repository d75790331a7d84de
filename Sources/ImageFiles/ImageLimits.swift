import CImageCodecs

/// How large an image may be. Checked against the header, before memory is taken for the pixels.
public struct ImageLimits: Sendable, Equatable {
    /// Pixels in a row.
    public var maxWidth: Int
    /// Rows.
    public var maxHeight: Int
    /// Width times height.
    public var maxPixels: Int
    /// Memory for the decoded samples and the decoder; also the largest file that is read.
    public var maxBytes: Int

    /// Custom limits; a limit that is not positive refuses every image.
    public init(maxWidth: Int, maxHeight: Int, maxPixels: Int, maxBytes: Int) {
        self.maxWidth = maxWidth
        self.maxHeight = maxHeight
        self.maxPixels = maxPixels
        self.maxBytes = maxBytes
    }

    /// 131,072 pixels either way, 268 megapixels (16,384 × 16,384) and 2 GiB.
    public static let standard = ImageLimits(
        maxWidth: 1 << 17, maxHeight: 1 << 17, maxPixels: 1 << 28, maxBytes: 1 << 31)

    var forCodec: codec_limits {
        func bound(_ value: Int) -> UInt64 { UInt64(max(value, 0)) }
        return codec_limits(
            max_width: bound(maxWidth), max_height: bound(maxHeight), max_pixels: bound(maxPixels),
            max_bytes: bound(maxBytes))
    }
}
