import TensorCore

/// Corrects the color shift of a network: adds the difference between each input pixel and the mean of the output
/// pixels that replace it, smoothed so that detail is not affected.
struct ColorCorrection {
    /// The radius of the smoothing, in input pixels.
    static let reach = 6

    /// The correction, `[C, H, W]` at the size of the input.
    let values: [Float]
    let width: Int
    let height: Int
    private let wrapping: Wrapping

    /// - Parameters:
    ///   - x: an image `[1, C, H, W]` from 0 to 1.
    ///   - y: its upscaling, `[1, C, H · scale, W · scale]`.
    ///   - wrapping: the axes along which the image repeats.
    init(of y: Tensor, from x: Tensor, scale: Int, wrapping: Wrapping = .neither) {
        let (channels, height, width) = (x.shape[1], x.shape[2], x.shape[3])
        (self.height, self.width, self.wrapping) = (height, width, wrapping)
        var difference = [Float](repeating: 0, count: channels * height * width)
        let wide = width * scale
        var line = [Float](repeating: 0, count: wide)
        y.withValues { large in
            for row in 0..<channels * height {
                // Clips values beyond black and white here, because they are clipped later anyway.
                let first = row * scale * wide
                for column in 0..<wide { line[column] = min(max(large[first + column], 0), 1) }
                for i in 1..<max(scale, 1) {
                    let start = first + i * wide
                    for column in 0..<wide { line[column] += min(max(large[start + column], 0), 1) }
                }
                for column in 0..<width {
                    var sum: Float = 0
                    for i in 0..<scale { sum += line[column * scale + i] }
                    difference[row * width + column] = sum
                }
            }
        }
        let factor = 1 / Float(scale * scale)
        x.withValues { small in
            for i in difference.indices { difference[i] = small[i] - difference[i] * factor }
        }
        values = Self.smoothed(difference, channels: channels, height: height, width: width, wrapping)
    }

    /// A box filter applied twice, along rows and along columns; the border is repeated, unless the image itself is.
    private static func smoothed(
        _ planes: [Float], channels: Int, height: Int, width: Int, _ wrapping: Wrapping
    ) -> [Float] {
        let half = reach / 2
        let columns = places(-half..<width + half, width, wraps: wrapping.joinsColumns)
        let rows = places(-half..<height + half, height, wraps: wrapping.joinsRows)
        var current = planes
        var next = planes
        for _ in 0..<2 {
            for row in 0..<channels * height {
                mean(of: current, from: row * width, count: width, columns, half, into: &next)
            }
            swap(&current, &next)
        }
        for _ in 0..<2 {
            for channel in 0..<channels {
                meanOfRows(of: current, from: channel * height * width, height, width, rows, half, into: &next)
            }
            swap(&current, &next)
        }
        return current
    }

    /// The positions that stand for a range: the first and the last beyond the ends, or those at the opposite end.
    private static func places(_ range: Range<Int>, _ length: Int, wraps: Bool) -> [Int] {
        wraps ? Wrapping.positions(range, length: length) : range.map { min(max($0, 0), length - 1) }
    }

    private static func mean(
        of source: [Float], from start: Int, count: Int, _ places: [Int], _ half: Int, into target: inout [Float]
    ) {
        let factor = 1 / Float(2 * half + 1)
        source.withUnsafeBufferPointer { source in
            for position in 0..<count {
                var sum: Float = 0
                for tap in 0...2 * half { sum += source[start + places[position + tap]] }
                target[start + position] = sum * factor
            }
        }
    }

    private static func meanOfRows(
        of source: [Float], from start: Int, _ height: Int, _ width: Int, _ places: [Int], _ half: Int,
        into target: inout [Float]
    ) {
        let factor = 1 / Float(2 * half + 1)
        source.withUnsafeBufferPointer { source in
            target.withUnsafeMutableBufferPointer { target in
                for row in 0..<height {
                    let own = start + row * width
                    for column in 0..<width { target[own + column] = 0 }
                    for tap in 0...2 * half {
                        let other = start + places[row + tap] * width
                        for column in 0..<width { target[own + column] += source[other + column] }
                    }
                    for column in 0..<width { target[own + column] *= factor }
                }
            }
        }
    }

    /// One row of the correction at the upscaled size, interpolated linearly.
    func row(_ row: Int, channel: Int, scale: Int, into line: UnsafeMutableBufferPointer<Float>) {
        let center = (Float(row) + 0.5) / Float(scale) - 0.5
        let upper = Int(center.rounded(.down))
        let share = center - Float(upper)
        let rows = Self.places(upper..<upper + 2, height, wraps: wrapping.joinsRows)
        let (first, second) = ((channel * height + rows[0]) * width, (channel * height + rows[1]) * width)
        let columns = Self.places(-1..<width + 1, width, wraps: wrapping.joinsColumns)
        values.withUnsafeBufferPointer { values in
            for phase in 0..<scale {
                let across = (Float(phase) + 0.5) / Float(scale) - 0.5
                let (back, part) = across < 0 ? (-1, across + 1) : (0, across)
                for column in 0..<width {
                    let (left, right) = (columns[column + back + 1], columns[column + back + 2])
                    let above = values[first + left] + part * (values[first + right] - values[first + left])
                    let below = values[second + left] + part * (values[second + right] - values[second + left])
                    line[column * scale + phase] = above + share * (below - above)
                }
            }
        }
    }
}
