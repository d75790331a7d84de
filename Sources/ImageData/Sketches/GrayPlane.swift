import Glibc
import ImageFiles
import TensorCore

/// Brightness over the pixels of an image, from 0 (black) to 1 (white), row by row. Border pixels continue beyond the
/// edges.
struct GrayPlane: Sendable, Equatable {
    let width: Int
    let height: Int
    var values: [Float]

    init(width: Int, height: Int, values: [Float]) {
        precondition(values.count == width * height, "GrayPlane: \(values.count) values for \(width)×\(height)")
        self.width = width
        self.height = height
        self.values = values
    }

    /// The luma of an image over white.
    init(_ image: Image) {
        let gray = image.converted(channels: 1)
        let values: [Float] =
            switch gray.samples {
            case .bits8(let samples): samples.map { Float($0) / 255 }
            case .bits16(let samples): samples.map { Float($0) / 65535 }
            }
        self.init(width: image.width, height: image.height, values: values)
    }

    /// The plane as a gray image of eight bits; NaN becomes black.
    var image: Image {
        let samples = values.map { UInt8($0 > 0 ? (min($0, 1) * 255).rounded() : 0) }
        return Image(width: width, height: height, channels: 1, samples8: samples)
    }

    /// Every value replaced by what `change` makes of it.
    func mapped(_ change: (Float) -> Float) -> GrayPlane {
        GrayPlane(width: width, height: height, values: values.map(change))
    }

    /// Every value combined with the one at the same place of another plane.
    func combined(with other: GrayPlane, _ combine: (Float, Float) -> Float) -> GrayPlane {
        precondition(width == other.width && height == other.height, "GrayPlane: extents differ")
        return GrayPlane(width: width, height: height, values: zip(values, other.values).map(combine))
    }

    /// Convolution with a Gaussian of the given standard deviation in pixels.
    func blurred(_ sigma: Float) -> GrayPlane {
        guard sigma > 0.05 else { return self }
        let radius = max(Int(saturating: min((3 * sigma).rounded(.up), 1e6)), 1)
        var weights = (-radius...radius).map { expf(-Float($0 * $0) / (2 * sigma * sigma)) }
        let sum = weights.reduce(0, +)
        weights = weights.map { $0 / sum }
        return filtered(weights, by: 1, length: width, lines: height, lineBy: width)
            .filtered(weights, by: width, length: height, lines: width, lineBy: 1)
    }

    private func filtered(_ weights: [Float], by step: Int, length: Int, lines: Int, lineBy: Int) -> GrayPlane {
        let radius = weights.count / 2
        var result = values
        var padded = [Float](repeating: 0, count: length + 2 * radius)
        result.withUnsafeMutableBufferPointer { result in
            for line in 0..<lines {
                let start = line * lineBy
                for i in padded.indices {
                    padded[i] = values[start + min(max(i - radius, 0), length - 1) * step]
                }
                padded.withUnsafeBufferPointer { padded in
                    for i in 0..<length {
                        var sum: Float = 0
                        for (tap, weight) in weights.enumerated() { sum += weight * padded[i + tap] }
                        result[start + i * step] = sum
                    }
                }
            }
        }
        return GrayPlane(width: width, height: height, values: result)
    }

    /// The value between pixels, bilinearly; (0, 0) is the center of the first.
    func sample(_ x: Float, _ y: Float) -> Float {
        let x = min(max(x, 0), Float(width - 1)), y = min(max(y, 0), Float(height - 1))
        let column = min(Int(saturating: x), max(width - 2, 0)), row = min(Int(saturating: y), max(height - 2, 0))
        let right = min(column + 1, width - 1), below = min(row + 1, height - 1)
        let u = x - Float(column), v = y - Float(row)
        let upper = values[row * width + column] * (1 - u) + values[row * width + right] * u
        let lower = values[below * width + column] * (1 - u) + values[below * width + right] * u
        return upper * (1 - v) + lower * v
    }
}
