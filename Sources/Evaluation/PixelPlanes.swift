import ImageData
import ImageFiles

/// The samples of a picture as planes of numbers from 0 (black) to 255 (white), whatever its depth: what figures of
/// similarity are taken of.
public struct PixelPlanes: Sendable, Equatable {
    /// Pixels in a row.
    public let width: Int
    /// Rows.
    public let height: Int
    /// One plane for each channel, row by row: grey, or red, green and blue.
    public let planes: [[Double]]

    /// - Parameter planes: `width * height` numbers each.
    public init(width: Int, height: Int, planes: [[Double]]) {
        precondition(
            !planes.isEmpty && planes.allSatisfy { $0.count == width * height },
            "PixelPlanes: \(planes.map(\.count)) numbers for \(width)×\(height)")
        self.width = width
        self.height = height
        self.planes = planes
    }

    /// The samples of a picture; what is transparent shows white.
    public init(_ image: Image) {
        let opaque = image.converted(channels: image.isGrey ? 1 : 3)
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

    /// The luminance Y of BT.601, from 16 to 235, as MATLAB's `rgb2ycbcr` has it: on this plane super-resolution is
    /// measured. It is not rounded. Grey counts as equal red, green and blue.
    public var luminance: PixelPlanes {
        let (red, green, blue) = (planes[0], planes[planes.count > 1 ? 1 : 0], planes[planes.count - 1])
        let values = red.indices.map { 16 + (65.481 * red[$0] + 128.553 * green[$0] + 24.966 * blue[$0]) / 255 }
        return PixelPlanes(width: width, height: height, planes: [values])
    }

    /// The picture without `border` pixels on each side, where networks that enlarge see too little; nil when nothing
    /// would be left.
    public func shaved(by border: Int) -> PixelPlanes? {
        precondition(border >= 0, "PixelPlanes: a border of \(border) pixels")
        let (across, down) = (width - 2 * border, height - 2 * border)
        guard across > 0, down > 0 else { return nil }
        let inner = planes.map { plane in
            (border..<border + down).flatMap { plane[($0 * width + border)..<($0 * width + border + across)] }
        }
        return PixelPlanes(width: across, height: down, planes: inner)
    }
}
