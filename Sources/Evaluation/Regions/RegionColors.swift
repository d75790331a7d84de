import ImageData
import ImageFiles

/// A trivial baseline that knows three colors. Enclosed regions get the mean color of enclosed pixels in the training
/// targets, and lines get the mean color of line pixels. Regions that reach the border of the image get the median
/// color of such pixels, so that white paper stays white.
///
/// A pixel that is darker than mid-gray belongs to a line. The other pixels form regions, connected through horizontal
/// and vertical neighbors.
package struct RegionColors: Sendable {
    /// How often each of the 256 levels occurs, by kind of pixel and channel of the target.
    private var levels: [[[Int]]]
    private let channels: Int

    /// - Parameter channels: those of targets: 1 gray, 3 RGB.
    package init(channels: Int) {
        self.channels = channels
        levels = Array(
            repeating: Array(repeating: [Int](repeating: 0, count: 256), count: channels), count: PixelKind.count)
    }

    /// Adds the colors of a training pair; both images must have the same size.
    package mutating func learn(input: Image, target: Image) {
        guard case .bits8(let samples) = target.converted(channels: channels).converted8().samples else { return }
        for (pixel, kind) in PixelKind.all(of: input).enumerated() {
            for channel in 0..<channels {
                levels[kind.rawValue][channel][Int(samples[pixel * channels + channel])] += 1
            }
        }
    }

    /// The input with its regions and lines in the colors learned.
    package func fill(_ input: Image) -> Image {
        let colors = levels.indices.map { kind in
            levels[kind].map { kind == PixelKind.outside.rawValue ? Self.median($0) : Self.mean($0) }
        }
        let samples = PixelKind.all(of: input).flatMap { colors[$0.rawValue] }
        return Image(width: input.width, height: input.height, channels: channels, samples8: samples)
    }

    private static func mean(_ histogram: [Int]) -> UInt8 {
        let count = histogram.reduce(0, +)
        guard count > 0 else { return 128 }
        let sum = histogram.enumerated().reduce(0) { $0 + $1.offset * $1.element }
        return UInt8((sum + count / 2) / count)
    }

    private static func median(_ histogram: [Int]) -> UInt8 {
        let count = histogram.reduce(0, +)
        guard count > 0 else { return 255 }
        var below = 0
        for (level, number) in histogram.enumerated() {
            below += number
            if 2 * below >= count { return UInt8(level) }
        }
        return 255
    }
}

/// The part of a line drawing that a pixel belongs to.
enum PixelKind: Int {
    case line, enclosed, outside

    static let count = 3

    /// The kinds of all pixels, row by row.
    static func all(of drawing: Image) -> [PixelKind] {
        let (width, height) = (drawing.width, drawing.height)
        guard case .bits8(let gray) = drawing.converted(channels: 1).converted8().samples else { return [] }
        var kinds = gray.map { $0 < 128 ? PixelKind.line : .enclosed }
        var front: [Int] = []
        func reach(_ pixel: Int) {
            guard kinds[pixel] == .enclosed else { return }
            kinds[pixel] = .outside
            front.append(pixel)
        }
        for x in 0..<width {
            reach(x)
            reach((height - 1) * width + x)
        }
        for y in 0..<height {
            reach(y * width)
            reach(y * width + width - 1)
        }
        while let pixel = front.popLast() {
            let (x, y) = (pixel % width, pixel / width)
            if x > 0 { reach(pixel - 1) }
            if x < width - 1 { reach(pixel + 1) }
            if y > 0 { reach(pixel - width) }
            if y < height - 1 { reach(pixel + width) }
        }
        return kinds
    }
}
