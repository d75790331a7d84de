import ImageData
import TensorCore

/// Combines the results of tiles into rows of samples of the upscaled image.
struct TileWriter<Sample: SampleType> {
    let columns: TileSeams
    /// Of the image.
    let channels: Int
    let scale: Int

    /// Pixels in a row of the upscaled image.
    var width: Int { columns.axis.length * scale }

    /// Writes some rows of a tile's part and blends it with the previous tile around the seam on its left.
    ///
    /// - Parameters:
    ///   - rows: those of the result that the samples are for, from its top.
    ///   - samples: as many rows of the image.
    func write(
        _ result: TileNetwork.Result, column: Int, rows: Range<Int>, into samples: UnsafeMutableBufferPointer<Sample>
    ) {
        let part = columns.part(of: column)
        let ramp = column == 0 ? [] : columns.ramp(scale: scale)
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
                    let target = (y * width + part.lowerBound * scale) * channels + channel
                    store(line, from: firstColumn, count, ramp, into: samples, at: target)
                }
            }
        }
    }

    private func store(
        _ line: UnsafeMutableBufferPointer<Float>, from first: Int, _ count: Int, _ ramp: [Float],
        into samples: UnsafeMutableBufferPointer<Sample>, at target: Int
    ) {
        let largest = Float(Sample.max)
        for x in 0..<ramp.count {
            let place = target + x * channels
            let old = Float(samples[place])
            samples[place] = .nearest(old + ramp[x] * (Self.clipped(line[first + x], largest) - old))
        }
        for x in ramp.count..<count {
            samples[target + x * channels] = .nearest(Self.clipped(line[first + x], largest))
        }
    }

    /// NaN becomes black.
    private static func clipped(_ value: Float, _ largest: Float) -> Float {
        let scaled = value * largest
        return scaled > 0 ? min(scaled, largest) : 0
    }
}
