import TensorCore

/// Gives colors to fully transparent pixels.
enum EdgeBleeding {
    /// How far color spreads into transparent areas, in pixels. Farther away, pixels are black.
    static let reach = 8

    /// The colors of an image `[1, C, h, w]` whose last channel is alpha.
    ///
    /// - Parameter wrapping: the axes along which the image repeats.
    static func bled(_ image: Tensor, wrapping: Wrapping = .neither) -> Tensor {
        let (colors, height, width) = (image.shape[1] - 1, image.shape[2], image.shape[3])
        return Tensor(shape: [1, colors, height, width]) { buffer in
            image.withValues { values in
                _ = buffer.update(fromContentsOf: values[0..<buffer.count])
                let alpha = UnsafeBufferPointer(rebasing: values[buffer.count...])
                _ = bleed(buffer, alpha: alpha, width: width, height: height, wrapping: wrapping)
            }
        }
    }

    /// Replaces the colors of fully transparent pixels: near visible pixels by the mean of their neighbors, ring by
    /// ring, and elsewhere by black. Hidden colors then cannot appear at soft edges.
    ///
    /// - Parameters:
    ///   - colors: planes of `width · height` values each.
    ///   - alpha: one plane.
    /// - Returns: whether there was anything to replace.
    @discardableResult static func bleed(
        _ colors: UnsafeMutableBufferPointer<Float>, alpha: UnsafeBufferPointer<Float>, width: Int, height: Int,
        wrapping: Wrapping = .neither
    ) -> Bool {
        func places(_ center: Int, _ length: Int, wraps: Bool) -> [Int] {
            let range = center - 1..<center + 2
            return wraps ? Wrapping.positions(range, length: length) : Array(range.clamped(to: 0..<length))
        }
        let rows = (0..<height).map { places($0, height, wraps: wrapping.joinsRows) }
        let columns = (0..<width).map { places($0, width, wraps: wrapping.joinsColumns) }
        let area = width * height
        let planes = colors.count / area
        var isKnown = (0..<area).map { alpha[$0] > 0 }
        var unknown = (0..<area).filter { !isKnown[$0] }
        if unknown.isEmpty { return false }
        for pixel in unknown { for plane in 0..<planes { colors[plane * area + pixel] = 0 } }
        for _ in 0..<reach {
            var ring: [Int] = []
            var rest: [Int] = []
            for pixel in unknown {
                let (x, y) = (pixel % width, pixel / width)
                var sums = (0 as Float, 0 as Float, 0 as Float)
                var count: Float = 0
                for ny in rows[y] {
                    for nx in columns[x] where isKnown[ny * width + nx] {
                        let neighbor = ny * width + nx
                        sums.0 += colors[neighbor]
                        if planes > 1 {
                            sums.1 += colors[area + neighbor]
                            sums.2 += colors[2 * area + neighbor]
                        }
                        count += 1
                    }
                }
                if count == 0 {
                    rest.append(pixel)
                    continue
                }
                ring.append(pixel)
                colors[pixel] = sums.0 / count
                if planes > 1 {
                    colors[area + pixel] = sums.1 / count
                    colors[2 * area + pixel] = sums.2 / count
                }
            }
            if ring.isEmpty { break }
            for pixel in ring { isKnown[pixel] = true }
            unknown = rest
        }
        return true
    }
}
