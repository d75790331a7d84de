import ImageData
import ImageFiles

/// The samples of an image as planes of numbers from 0 (black) to 255 (white), whatever its bit depth. Similarity
/// metrics use this form.
package struct PixelPlanes: Sendable, Equatable {
    /// Pixels in a row.
    package let width: Int
    /// Rows.
    package let height: Int
    /// One plane for each channel, row by row: gray, or red, green and blue.
    package let planes: [[Double]]

    /// - Parameter planes: `width * height` numbers each.
    package init(width: Int, height: Int, planes: [[Double]]) {
        precondition(
            !planes.isEmpty && planes.allSatisfy { $0.count == width * height },
            "PixelPlanes: \(planes.map(\.count)) numbers for \(width)×\(height)")
        self.width = width
        self.height = height
        self.planes = planes
    }

    /// The samples of an image; transparent pixels become white.
    package init(_ image: Image) {
        let opaque = image.converted(channels: image.isGray ? 1 : 3)
        let (area, channels) = (image.width * image.height, opaque.channels)
        func spread<Sample: FixedWidthInteger>(_ samples: [Sample], _ scale: Double) -> [[Double]] {
            (0..<channels).map { channel in
                (0..<area).map { Double(samples[$0 * channels + channel]) * scale }
            }
        }
        let planes =
            switch opaque.samples {
            case .bits8(let samples): spread(samples, 1)
            case .bits16(let samples): spread(samples, 1 / 257)
            }
        self.init(width: image.width, height: image.height, planes: planes)
    }

    /// The luminance Y of BT.601, from 16 to 235, as in MATLAB's `rgb2ycbcr`, without rounding. Super-resolution is
    /// measured on this plane. Gray counts as equal red, green and blue.
    package var luminance: PixelPlanes {
        let (red, green, blue) = (planes[0], planes[planes.count > 1 ? 1 : 0], planes[planes.count - 1])
        // Integers avoid rounding errors, which would matter where Y lies midway between two levels.
        let values = red.indices.map { 16 + (65_481 * red[$0] + 128_553 * green[$0] + 24_966 * blue[$0]) / 255_000 }
        return PixelPlanes(width: width, height: height, planes: [values])
    }

    /// The image without `border` pixels on each side, where upscalers lack context; nil if nothing would be left.
    package func shaved(by border: Int) -> PixelPlanes? {
        precondition(border >= 0, "PixelPlanes: a border of \(border) pixels")
        let (across, down) = (width - 2 * border, height - 2 * border)
        guard across > 0, down > 0 else { return nil }
        return cropped(x: border, y: border, width: across, height: down)
    }

    /// The part of an extent whose top left corner lies at `x`, `y`.
    func cropped(x: Int, y: Int, width: Int, height: Int) -> PixelPlanes {
        let inner = planes.map { plane in
            (y..<y + height).flatMap { plane[($0 * self.width + x)..<($0 * self.width + x + width)] }
        }
        return PixelPlanes(width: width, height: height, planes: inner)
    }

    /// The image with its outermost pixels repeated `border` times on each side.
    func extended(by border: Int) -> PixelPlanes {
        let (across, down) = (width + 2 * border, height + 2 * border)
        let outer = planes.map { plane in
            (0..<down).flatMap { row in
                let start = min(max(row - border, 0), height - 1) * width
                return (0..<across).map { plane[start + min(max($0 - border, 0), width - 1)] }
            }
        }
        return PixelPlanes(width: across, height: down, planes: outer)
    }
}
