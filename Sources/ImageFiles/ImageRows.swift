/// An image that is read row by row, from top to bottom.
package protocol ImageRows: AnyObject {
    /// Pixels in a row.
    var width: Int { get }
    /// Rows in all.
    var height: Int { get }
    /// 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.
    var channels: Int { get }
    /// Bits in a sample: 8 or 16.
    var bitDepth: Int { get }
    /// The metadata.
    var metadata: ImageMetadata { get }
    /// The next rows, without metadata: `count` of them, fewer at the end, then nil.
    func next(_ count: Int) throws -> Image?
}

/// Size and kind of an image.
package struct ImageOutline: Sendable, Hashable {
    /// Pixels in a row.
    package var width: Int
    /// Rows.
    package var height: Int
    /// 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.
    package var channels: Int
    /// 8 or 16.
    package var bitDepth: Int

    package init(width: Int, height: Int, channels: Int, bitDepth: Int) {
        (self.width, self.height, self.channels, self.bitDepth) = (width, height, channels, bitDepth)
    }

    /// Those of an image.
    package init(_ image: Image) {
        (width, height, channels, bitDepth) = (image.width, image.height, image.channels, image.bitDepth)
    }

    /// Those of an image that is read row by row.
    package init(_ rows: any ImageRows) {
        (width, height, channels, bitDepth) = (rows.width, rows.height, rows.channels, rows.bitDepth)
    }
}

extension Image {
    /// The rows of an image in memory.
    package func rows() -> any ImageRows { RowsInMemory(self) }

    /// One image of several of one width and kind, from top to bottom, without metadata.
    package init(stacking parts: [Image]) {
        precondition(!parts.isEmpty, "Image: no parts")
        var outline = ImageOutline(parts[0])
        outline.height = parts.reduce(0) { $0 + $1.height }
        var rows = StackedRows(outline)
        for part in parts { rows.append(part) }
        self = rows.image
    }

    /// Some of the rows, without metadata.
    package func rows(_ range: Range<Int>) -> Image {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= height && !range.isEmpty, "rows: \(range) of \(height)")
        let part = range.lowerBound * width * channels..<range.upperBound * width * channels
        let samples: Samples =
            switch self.samples {
            case .bits8(let all): .bits8(Array(all[part]))
            case .bits16(let all): .bits16(Array(all[part]))
            }
        return Image(width: width, height: range.count, channels: channels, samples: samples)
    }
}

private final class RowsInMemory: ImageRows {
    private let image: Image
    private var row = 0

    init(_ image: Image) { self.image = image }

    var width: Int { image.width }
    var height: Int { image.height }
    var channels: Int { image.channels }
    var bitDepth: Int { image.bitDepth }
    var metadata: ImageMetadata { image.metadata }

    func next(_ count: Int) -> Image? {
        let end = min(row + max(count, 1), height)
        guard row < end else { return nil }
        defer { row = end }
        return image.rows(row..<end)
    }
}
