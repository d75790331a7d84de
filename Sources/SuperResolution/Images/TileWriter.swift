import ImageData
import TensorCore

/// Combines the results of tiles into rows of samples of the upscaled image.
struct TileWriter<Sample: SampleType> {
    let columns: TileSeams
    /// Of the result.
    let channels: Int
    let scale: Int

    /// Pixels in a row of the upscaled image.
    var width: Int { columns.axis.length * scale }

    /// Writes some rows of a tile's part and blends it with the previous tile around the seam on its left. If the image
    /// repeats, what the first tile has to the left of the image is at the right end, and the last tile is blended with
    /// it.
    ///
    /// - Parameters:
    ///   - rows: those of the result that the samples are for, from its top.
    ///   - samples: as many rows of the image.
    func write(
        _ result: TileNetwork.Result, column: Int, rows: Range<Int>, into samples: UnsafeMutableBufferPointer<Sample>
    ) {
        let part = columns.part(of: column)
        let ramp = columns.ramp(scale: scale)
        let tileWidth = columns.axis.extent * scale
        let firstColumn = (part.lowerBound - columns.axis.starts[column]) * scale
        let count = part.count * scale
        let colors = result.color.shape[1]
        let line = UnsafeMutableBufferPointer<Float>.allocate(capacity: tileWidth)
        defer { line.deallocate() }
        for channel in 0..<channels {
            let isAlpha = channel >= colors
            let plane = isAlpha ? result.alpha ?? result.color : result.color
            let correction = isAlpha ? result.alphaCorrection : result.correction
            let index = isAlpha ? 0 : channel
            plane.withValues { values in
                for (y, row) in rows.enumerated() {
                    let source = (index * plane.shape[2] + row) * tileWidth
                    if let correction {
                        correction.row(row, channel: index, scale: scale, into: line)
                        for x in firstColumn..<firstColumn + count { line[x] += values[source + x] }
                    } else {
                        for x in firstColumn..<firstColumn + count { line[x] = values[source + x] }
                    }
                    let pixels = UnsafeBufferPointer(rebasing: line[firstColumn..<firstColumn + count])
                    let own = samples[(y * width * channels)..<((y + 1) * width * channels)]
                    store(pixels, column, ramp, into: UnsafeMutableBufferPointer(rebasing: own), channel)
                }
            }
        }
    }

    /// One line of a tile's part into a row of the image.
    private func store(
        _ line: UnsafeBufferPointer<Float>, _ column: Int, _ ramp: [Float],
        into row: UnsafeMutableBufferPointer<Sample>, _ channel: Int
    ) {
        let largest = Float(Sample.max)
        let start = columns.part(of: column).lowerBound * scale
        // Pixels to the left of an image that repeats.
        let outside = max(-start, 0)
        let blended = column == 0 ? 0 : ramp.count
        let faded = columns.axis.wraps && column > 0 && column == columns.axis.count - 1 ? ramp.count : 0
        func place(_ x: Int) -> Int { (start + x) * channels + channel }
        func blend(_ x: Int, _ share: Float) {
            let old = Float(row[place(x)])
            row[place(x)] = .nearest(old + share * (Self.clipped(line[x], largest) - old))
        }
        for x in 0..<outside { row[place(x + width)] = .nearest(Self.clipped(line[x], largest)) }
        for x in 0..<blended { blend(x, ramp[x]) }
        for x in max(outside, blended)..<line.count - faded { row[place(x)] = .nearest(Self.clipped(line[x], largest)) }
        for (x, share) in zip(line.count - faded..<line.count, ramp) { blend(x, 1 - share) }
    }

    /// NaN becomes black.
    private static func clipped(_ value: Float, _ largest: Float) -> Float {
        let scaled = value * largest
        return scaled > 0 ? min(scaled, largest) : 0
    }
}
