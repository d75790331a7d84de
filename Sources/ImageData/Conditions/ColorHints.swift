import Glibc
import ImageFiles
import TensorCore

/// Dabs of color on a drawing: what a translator is to paint there.
///
/// Hints are an RGBA image. Where it is opaque it says a color, where it is transparent it says nothing.
package enum ColorHints {
    /// Planes of a network's input: red, green and blue, and how much each pixel says.
    package static let planes = 4

    /// The planes `[N, 4, H, W]` of hints that were converted to tensors: colors from −1 to 1, which are 0 where nothing
    /// is said, and the mask from 0 to 1.
    ///
    /// - Parameter hints: RGBA `[N, 4, H, W]` from −1 to 1.
    static func planes(of hints: Tensor) -> Tensor {
        let mask = hints.slice(axis: 1, from: 3, count: 1).scaled(by: 0.5, plus: 0.5)
        return .concatenated([hints.slice(axis: 1, from: 0, count: 3) * mask, mask], axis: 1)
    }

    /// Chroma (the largest minus the smallest of red, green and blue, from 0 to 1) below which ink is gray, and above
    /// which it is a hint.
    private static let chroma: (gray: Float, colored: Float) = (0.16, 0.3)
    /// The least share of gray line in a drawing with hints. One without is drawn with a colored pen.
    private static let leastGray: Float = 0.002

    /// Separates colored strokes from a drawing.
    ///
    /// - Parameter drawing: gray lines on white, with saturated strokes.
    /// - Returns: the drawing without them, and the strokes as hints; nil if there are none, or if all lines are colored.
    package static func separated(from drawing: Image) -> (lines: Image, hints: Image)? {
        guard !drawing.isGray else { return nil }
        let opaque = drawing.converted(channels: 3).converted8()
        guard case .bits8(let samples) = opaque.samples else { return nil }
        let count = drawing.width * drawing.height
        var (lines, hints) = (samples, [UInt8](repeating: 0, count: count * 4))
        var (grayCount, coloredCount) = (0, 0)
        for pixel in 0..<count {
            let levels = (0..<3).map { Float(samples[pixel * 3 + $0]) / 255 }
            let (least, most) = (min(levels[0], levels[1], levels[2]), max(levels[0], levels[1], levels[2]))
            let share = min(max((most - least - chroma.gray) / (chroma.colored - chroma.gray), 0), 1)
            if share > 0.5 { coloredCount += 1 } else if share == 0, most < 0.5 { grayCount += 1 }
            guard share > 0 else { continue }
            for channel in 0..<3 {
                hints[pixel * 4 + channel] = samples[pixel * 3 + channel]
                lines[pixel * 3 + channel] = UInt8(((levels[channel] * (1 - share) + share) * 255).rounded())
            }
            hints[pixel * 4 + 3] = UInt8((share * 255).rounded())
        }
        guard coloredCount > 0, Float(grayCount) >= leastGray * Float(count) else { return nil }
        return (
            Image(width: drawing.width, height: drawing.height, channels: 3, samples8: lines).converted(channels: 1),
            Image(width: drawing.width, height: drawing.height, channels: 4, samples8: hints)
        )
    }
}

/// How training draws hints from targets.
public struct HintRecipe: Sendable, Hashable, Codable {
    /// The share of drawings with hints, from 0 to 1.
    public var share: Double
    /// The most dabs on a drawing.
    public var mostDabs: Int

    /// Hints on most drawings, few on many of them.
    public init(share: Double = 0.6, mostDabs: Int = 10) {
        self.share = share
        self.mostDabs = mostDabs
    }

    /// Places among which the best one for a dab is chosen.
    private static let candidates = 6

    /// Random dabs and short strokes in the colors of a target; RGBA of its size.
    func hints(for target: Image, random: Random) -> Image {
        let (width, height) = (target.width, target.height)
        var samples = [UInt8](repeating: 0, count: width * height * 4)
        func made() -> Image { Image(width: width, height: height, channels: 4, samples8: samples) }
        let dice = Dice(random)
        guard case .bits8(let colors) = target.converted(channels: 3).converted8().samples,
            dice.chance(Float(share)), mostDabs > 0
        else { return made() }
        // Few dabs are as likely as many: the logarithm of their number is even.
        let count = max(Int(saturating: powf(Float(mostDabs) + 1, dice.unit())), 1)
        let side = Float(min(width, height))
        for _ in 0..<count {
            let dabs = (0..<Self.candidates).map { _ in Dab(side: side, width: width, height: height, dice) }
                .map { (dab: $0, misfit: $0.misfit(in: colors, width: width, height: height)) }
            guard let dab = dabs.min(by: { $0.misfit < $1.misfit })?.dab else { continue }
            let color = dab.color(in: colors, width: width, height: height).map { $0 + dice.uniform(-0.04...0.04) }
            dab.paint(width: width, height: height) { pixel in
                for channel in 0..<3 {
                    samples[pixel * 4 + channel] = UInt8((min(max(color[channel], 0), 1) * 255).rounded())
                }
                samples[pixel * 4 + 3] = 255
            }
        }
        return made()
    }
}

/// A short stroke of a wide pen.
private struct Dab {
    let x: Float, y: Float
    let radius: Float
    /// From the first to the last point.
    let way: (x: Float, y: Float)

    init(side: Float, width: Int, height: Int, _ dice: Dice) {
        (x, y) = (dice.unit() * Float(width), dice.unit() * Float(height))
        radius = max(side * 0.008 * powf(6, dice.unit()), 0.8)
        let (angle, length) = (dice.unit() * 2 * Float.pi, dice.chance(0.5) ? dice.uniform(1...6) * radius : 0)
        way = (length * cosf(angle), length * sinf(angle))
    }

    /// The mean color where the stroke begins, from 0 to 1.
    func color(in samples: [UInt8], width: Int, height: Int) -> [Float] {
        let reach = max(Int(saturating: radius / 2), 0)
        let (column, row) = (min(Int(saturating: x), width - 1), min(Int(saturating: y), height - 1))
        var (sums, count) = ([Float](repeating: 0, count: 3), Float(0))
        for line in max(row - reach, 0)...min(row + reach, height - 1) {
            for place in max(column - reach, 0)...min(column + reach, width - 1) {
                for channel in 0..<3 { sums[channel] += Float(samples[(line * width + place) * 3 + channel]) / 255 }
                count += 1
            }
        }
        return sums.map { $0 / count }
    }

    /// How little a place suits a dab, from 0 to 2: the share of its pixels where the target has another color, and 1
    /// more on white paper and on black lines, where people hardly dab.
    func misfit(in samples: [UInt8], width: Int, height: Int) -> Float {
        let color = color(in: samples, width: width, height: height)
        var (others, count) = (Float(0), Float(0))
        paint(width: width, height: height) { pixel in
            let isOther = (0..<3).contains { abs(Float(samples[pixel * 3 + $0]) / 255 - color[$0]) > Self.tolerance }
            (others, count) = (others + (isOther ? 1 : 0), count + 1)
        }
        let isPaperOrLine = color.allSatisfy { $0 > Self.white } || color.allSatisfy { $0 < Self.black }
        return others / max(count, 1) + (isPaperOrLine ? 1 : 0)
    }

    /// Levels from 0 to 1: up to which colors are alike, above which they are paper, and below which they are lines.
    private static let (tolerance, white, black): (Float, Float, Float) = (0.15, 0.94, 0.15)

    /// Calls the closure for every pixel of the stroke.
    func paint(width: Int, height: Int, _ paint: (_ pixel: Int) -> Void) {
        let (left, right) = (min(x, x + way.x) - radius, max(x, x + way.x) + radius)
        let (top, bottom) = (min(y, y + way.y) - radius, max(y, y + way.y) + radius)
        let square = max(way.x * way.x + way.y * way.y, 1e-6)
        for row in max(Int(saturating: top), 0)...max(min(Int(saturating: bottom), height - 1), 0) {
            for column in max(Int(saturating: left), 0)...max(min(Int(saturating: right), width - 1), 0) {
                let (dx, dy) = (Float(column) + 0.5 - x, Float(row) + 0.5 - y)
                let along = min(max((dx * way.x + dy * way.y) / square, 0), 1)
                let (ox, oy) = (dx - along * way.x, dy - along * way.y)
                if ox * ox + oy * oy <= radius * radius { paint(row * width + column) }
            }
        }
    }
}
