import Glibc
import TensorCore

/// What happens to one drawing. Lengths are in pixels.
struct DrawingChanges {
    /// What a drawing is made with.
    private enum Pen: CaseIterable {
        case given, ballpoint, marker, pencil
    }

    /// The color of the ink.
    private(set) var color = InkColor.black
    /// The paper, if the drawing is photographed.
    private(set) var paper: PhotographedPaper?

    /// Strokes of fewer pixels are left out.
    private var leastStroke = 0
    /// How much wider lines become, and the share of thinning.
    private var widening: Float = 0
    private var thinning: Float = 0
    private var tremor = HandTremor(amplitude: 0, wavelength: 1)
    /// The share of lines in gaps, and the distance of gaps.
    private var gaps: Float = 0
    private var gapDistance: Float = 8
    /// Places and radii of erased parts, as shares of the shorter side.
    private var erased: [(x: Float, y: Float, radius: Float)] = []
    /// How much lighter ink becomes where the pen hardly touches the paper, and the distance of such places.
    private var pressure: Float = 0
    private var pressureDistance: Float = 30
    private var softness: Float = 0
    private var darkness: Float = 1

    /// - Parameters:
    ///   - strength: how many drawings are changed, and how far, from 0 to 1.
    ///   - scale: pixels in a pixel of an image 256 wide.
    init(strength: Float, scale: Float, _ dice: Dice) {
        func happens(_ share: Float) -> Bool { dice.chance(share * strength) }
        func extent(_ range: ClosedRange<Float>) -> Float { dice.uniform(range) * strength }
        if happens(0.5) { leastStroke = Int(saturating: extent(8...60) * scale * scale) }
        if happens(0.5) {
            tremor = HandTremor(amplitude: extent(0.2...1.4) * scale, wavelength: dice.uniform(8...40) * scale)
        }
        if happens(0.4) { (gaps, gapDistance) = (extent(0.02...0.16), dice.uniform(4...14) * scale) }
        if happens(0.3) {
            erased = (0..<dice.pick([1, 2, 3])).map { _ in (dice.unit(), dice.unit(), extent(0.03...0.14)) }
        }
        switch happens(0.7) ? dice.pick(Pen.allCases) : .given {
        case .given:
            if happens(0.5) { widening = extent(0...1.5) * scale } else if happens(0.3) { thinning = extent(0...0.6) }
        case .ballpoint:
            thinning = extent(0...0.7)
            (pressure, pressureDistance) = (extent(0.2...0.7), dice.uniform(10...50) * scale)
            darkness = 1 - extent(0...0.3)
            if dice.chance(0.7) { color = dice.pick(InkColor.pens) }
        case .marker:
            (widening, softness) = (extent(1...4) * scale, extent(0.3...0.9) * scale)
            if dice.chance(0.3) { color = dice.pick(InkColor.pens) }
        case .pencil:
            (widening, softness) = (extent(0...0.8) * scale, extent(0.2...0.7) * scale)
            (pressure, pressureDistance) = (extent(0.2...0.6), dice.uniform(6...40) * scale)
            darkness = 1 - extent(0.1...0.5)
        }
        if happens(0.35) { paper = PhotographedPaper(strength: strength, dice) }
    }

    /// How much ink is at each pixel of the changed drawing, from 0 to 1.
    ///
    /// - Parameter drawing: its brightness.
    func ink(of drawing: GrayPlane, _ random: Random) -> GrayPlane {
        var ink = drawing.mapped { 1 - $0 }
        if leastStroke > 1 { ink = ink.withoutStrokes(of: leastStroke) }
        if widening > 0 { ink = ink.widened(by: widening) }
        if thinning > 0 { ink = ink.thinned(by: thinning) }
        ink = tremor.applied(to: ink, random: random)
        let (width, height) = (ink.width, ink.height)
        func noise(_ wavelength: Float) -> SmoothNoise {
            SmoothNoise(width: width, height: height, wavelength: max(wavelength, 1), deviation: 1, random: random)
        }
        if gaps > 0 {
            let noise = noise(gapDistance)
            // A normal number is below −1.6 … 0 in 5 … 50 % of all places.
            let limit = -1.6 + 4 * gaps
            ink = ink.mappedWithPlaces { $0 * min(max((noise($1, $2) - limit) * 4, 0), 1) }
        }
        if pressure > 0 {
            let noise = noise(pressureDistance)
            ink = ink.mappedWithPlaces { $0 * (1 - pressure * min(max(0.5 + 0.5 * noise($1, $2), 0), 1)) }
        }
        for part in erased {
            let side = Float(min(width, height))
            ink = ink.mappedWithPlaces { value, x, y in
                let (dx, dy) = (Float(x) - part.x * Float(width), Float(y) - part.y * Float(height))
                return value * min(max(((dx * dx + dy * dy).squareRoot() / side - part.radius) * 40, 0), 1)
            }
        }
        return ink.blurred(softness).mapped { $0 * darkness }
    }
}

extension GrayPlane {
    /// Every value replaced by what `change` makes of it and of its column and row.
    fileprivate func mappedWithPlaces(_ change: (Float, Int, Int) -> Float) -> GrayPlane {
        var result = self
        for y in 0..<height {
            for x in 0..<width { result.values[y * width + x] = change(values[y * width + x], x, y) }
        }
        return result
    }

    /// Ink without connected strokes of fewer pixels than that.
    fileprivate func withoutStrokes(of least: Int) -> GrayPlane {
        let strokes = ConnectedParts(values.map { $0 > 0.2 }, width: width, diagonal: true)
        // What is left of a drawing of nothing but short strokes is the drawing.
        guard strokes.sizes.contains(where: { $0 >= least }) else { return self }
        var result = self
        for (pixel, label) in strokes.labels.enumerated() where label >= 0 && strokes.sizes[label] < least {
            result.values[pixel] = 0
        }
        return result
    }

    /// Ink that reaches that many pixels farther.
    fileprivate func widened(by reach: Float) -> GrayPlane {
        let radius = Int(saturating: min(reach.rounded(.up), 16))
        var result = self
        for dy in -radius...radius {
            for dx in -radius...radius {
                let cover = min(max(reach + 1 - Float(dx * dx + dy * dy).squareRoot(), 0), 1)
                guard cover > 0, dx != 0 || dy != 0 else { continue }
                for y in max(dy, 0)..<max(min(height + dy, height), max(dy, 0)) {
                    for x in max(dx, 0)..<max(min(width + dx, width), max(dx, 0)) {
                        let value = values[(y - dy) * width + x - dx]
                        if value > 0 { result.values[y * width + x] = max(result.values[y * width + x], value * cover) }
                    }
                }
            }
        }
        return result
    }

    /// Ink of which a share is gone at the rim of every line.
    fileprivate func thinned(by share: Float) -> GrayPlane {
        var result = self
        for y in 0..<height {
            for x in 0..<width where values[y * width + x] > 0 {
                var least = values[y * width + x]
                for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
                    let (column, row) = (min(max(x + dx, 0), width - 1), min(max(y + dy, 0), height - 1))
                    least = min(least, values[row * width + column])
                }
                result.values[y * width + x] += share * (least - values[y * width + x])
            }
        }
        return result
    }
}
