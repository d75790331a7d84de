import CImageCodecs

/// An image file that is decoded row by row, so that memory grows with its width only.
///
/// If that is impossible (``ImageHeader/isInOrder``), the whole image is decoded when the first rows are requested.
package final class ImageRowReader: ImageRows {
    /// Pixels in a row.
    package let width: Int
    /// Rows in all.
    package let height: Int
    /// 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.
    package let channels: Int
    /// Bits in a sample: 8 or 16.
    package let bitDepth: Int
    /// The metadata; whether rows are missing and chunks are damaged is known at the end.
    package private(set) var metadata: ImageMetadata

    private let path: String
    private let limits: ImageLimits
    private let allowPartial: Bool
    private let decoder: RowDecoder
    private var whole: (any ImageRows)?

    /// Opens the file and reads everything before its pixels.
    ///
    /// - Throws: ``ImageError``.
    package init(_ path: String, limits: ImageLimits = .standard, allowPartial: Bool = false) throws {
        (self.path, self.limits, self.allowPartial) = (path, limits, allowPartial)
        decoder = try ImageError.naming(path) {
            try ImageError.ofFiles { try RowDecoder(path, limits: limits, allowPartial: allowPartial) }
        }
        let info = decoder.info
        (width, height) = (Int(info.width), Int(info.height))
        (channels, bitDepth) = (Int(info.channels), Int(info.bits))
        metadata = decoder.metadata
    }

    /// The next rows: `count` of them, fewer at the end, then nil.
    ///
    /// - Throws: ``ImageError``.
    package func next(_ count: Int) throws -> Image? {
        if !decoder.info.in_order, whole == nil {
            let image = try Image.read(path, limits: limits, allowPartial: allowPartial)
            (metadata.isPartial, metadata.losses) = (image.metadata.isPartial, image.metadata.losses)
            whole = image.rows()
        }
        if let whole { return try whole.next(count) }
        let rows = min(max(count, 1), height - decoder.row)
        guard rows > 0 else { return nil }
        let samples = rows * width * channels
        let filled = try ImageError.naming(path) {
            try Image.Samples(allocating: samples * bitDepth / 8, bits: bitDepth) { try decoder.fill($0, rows: rows) }
        }
        metadata.isPartial = decoder.isPartial
        if decoder.row == height { metadata.noteDamage(decoder.losses) }
        return Image(width: width, height: rows, channels: channels, samples: filled)
    }
}
