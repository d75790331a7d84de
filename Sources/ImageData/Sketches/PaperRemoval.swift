import Glibc
import ImageFiles
import TensorCore

extension Image {
    /// Removes the paper from a photo of a drawing: paper and shadows become white, and lines of any color become
    /// black. The result is gray with 8 bits.
    ///
    /// The background is the light part of a neighborhood that is wider than strokes. Brightness is divided by it. The
    /// threshold that separates brightnesses best (Otsu 1979) then separates ink from paper, and the contrast is
    /// stretched to black and white. An image without lines becomes white.
    public func withoutPaper() -> Image {
        var plane = GrayPlane(self)
        plane.divideByGround()
        guard let (ink, paper) = plane.inkAndPaper() else { return plane.mapped { _ in 1 }.image }
        let black = ink + 0.1 * (paper - ink)
        let white = paper - 0.2 * (paper - ink)
        return plane.mapped { ($0 - black) / (white - black) }.image
    }
}

extension GrayPlane {
    /// Divides the brightness by that of the paper at every place. The paper is the image with all dark parts filled
    /// that are narrower than about an eighth of its shorter side.
    fileprivate mutating func divideByGround() {
        let cell = max(min(width, height) / 48, 1)
        let small = cells(of: cell)
        let radius = 3
        let closed = small.extremes(radius, max).extremes(radius, min).blurred(Float(radius))
        for y in 0..<height {
            for x in 0..<width {
                let (u, v) = ((Float(x) + 0.5) / Float(cell) - 0.5, (Float(y) + 0.5) / Float(cell) - 0.5)
                values[y * width + x] = min(values[y * width + x] / max(closed.sample(u, v), 0.02), 1.2)
            }
        }
    }

    /// The mean of the lighter half of every square of pixels: the paper beside a stroke, without its noise.
    private func cells(of side: Int) -> GrayPlane {
        let (columns, rows) = ((width + side - 1) / side, (height + side - 1) / side)
        var means: [Float] = []
        for row in 0..<rows {
            for column in 0..<columns {
                var inside: [Float] = []
                for y in row * side..<min((row + 1) * side, height) {
                    inside += values[y * width + column * side..<y * width + min((column + 1) * side, width)]
                }
                let lighter = inside.sorted().suffix(max(inside.count / 2, 1))
                means.append(lighter.reduce(0, +) / Float(lighter.count))
            }
        }
        return GrayPlane(width: columns, height: rows, values: means)
    }

    /// The largest or the smallest of all values within a square.
    private func extremes(_ radius: Int, _ choose: (Float, Float) -> Float) -> GrayPlane {
        func along(_ plane: GrayPlane, _ step: (Int) -> (x: Int, y: Int)) -> GrayPlane {
            var result = plane
            for y in 0..<height {
                for x in 0..<width {
                    var value = plane.values[y * width + x]
                    for i in -radius...radius {
                        let (dx, dy) = step(i)
                        let column = min(max(x + dx, 0), width - 1)
                        let row = min(max(y + dy, 0), height - 1)
                        value = choose(value, plane.values[row * width + column])
                    }
                    result.values[y * width + x] = value
                }
            }
            return result
        }
        return along(along(self) { ($0, 0) }) { (0, $0) }
    }

    /// The mean brightness of what is drawn and of what is not; nil when nothing is.
    fileprivate func inkAndPaper() -> (ink: Float, paper: Float)? {
        let bins = 128
        var counts = [Float](repeating: 0, count: bins)
        for value in values { counts[min(max(Int(saturating: value / 1.2 * Float(bins)), 0), bins - 1)] += 1 }
        func brightness(_ bin: Int) -> Float { (Float(bin) + 0.5) / Float(bins) * 1.2 }
        let all = counts.indices.reduce(Float(0)) { $0 + counts[$1] * brightness($1) }
        var (count, sum, best, result) = (Float(0), Float(0), Float(0), (ink: Float(1), paper: Float(1)))
        let total = Float(values.count)
        for bin in 0..<bins - 1 {
            count += counts[bin]
            sum += counts[bin] * brightness(bin)
            guard count > 0, count < total else { continue }
            let (dark, light) = (sum / count, (all - sum) / (total - count))
            let separation = count * (total - count) * (light - dark) * (light - dark)
            if separation > best { (best, result) = (separation, (dark, light)) }
        }
        return result.paper - result.ink > 0.12 ? result : nil
    }
}
