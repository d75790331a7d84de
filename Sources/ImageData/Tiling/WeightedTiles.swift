import ImageFiles
import Memory
import TensorCore

/// Blends tiles over their whole overlap: weighted sums while more tiles can come, then samples. A tile is `[1,
/// channels, H, W]` in [−1, 1].
struct WeightedTiles {
    private let columns: TileAxis
    private let rows: TileAxis
    private let across: [[Float]]
    private let down: [[Float]]
    private let channels: Int
    private let bitDepth: Int
    private let scale: Int
    /// Sums of the rows from `firstRow` on, pixel by pixel.
    private var sums: [Float] = []
    private var firstRow = 0

    /// - Parameters:
    ///   - overlap: the least overlap of neighbors; in the middle of it, both have the same weight.
    ///   - channels: of the results.
    ///   - bitDepth: the bit depth of the result, 8 or 16.
    ///   - scale: the scale of the results.
    init(columns: TileAxis, rows: TileAxis, overlap: Int, channels: Int, bitDepth: Int, scale: Int) {
        (self.columns, self.rows) = (columns, rows)
        (across, down) = (columns.weights(overlap: overlap), rows.weights(overlap: overlap))
        (self.channels, self.bitDepth, self.scale) = (channels, bitDepth, scale)
    }

    private var width: Int { columns.length * scale }

    /// Adds a tile; parts outside the image are ignored, or are at its other end if it repeats.
    ///
    /// - Throws: `OutOfMemory`.
    mutating func add(_ result: Tensor, of tile: Tile) throws {
        try MemoryJob.check()
        let (tileHeight, tileWidth) = (rows.extent * scale, columns.extent * scale)
        precondition(
            result.shape == [1, channels, tileHeight, tileWidth], "WeightedTiles: a result of shape \(result.shape)")
        let (top, left) = (rows.starts[tile.row] * scale, columns.starts[tile.column] * scale)
        let height = rows.length * scale
        let lines = rows.wraps ? top..<top + tileHeight : max(top, 0)..<min(top + tileHeight, height)
        let pixels = columns.wraps ? left..<left + tileWidth : max(left, 0)..<min(left + tileWidth, width)
        let needed = ((rows.wraps ? height : lines.upperBound) - firstRow) * width * channels
        if sums.count < needed {
            try sums.reserve(needed)
            sums += repeatElement(0, count: needed - sums.count)
        }
        let (width, channels, firstRow, scale) = (width, channels, firstRow, scale)
        let (across, down) = (across[tile.column], down[tile.row])
        result.withValues { values in
            sums.withUnsafeMutableBufferPointer { sums in
                for line in lines {
                    let weight = down[(line - top) / scale]
                    let row = (line < 0 ? line + height : line) - firstRow
                    for channel in 0..<channels {
                        let source = (channel * tileHeight + line - top) * tileWidth - left
                        let target = row * width * channels + channel
                        for pixel in pixels {
                            sums[target + (pixel < 0 ? pixel + width : pixel) * channels] +=
                                values[source + pixel] * (weight * across[(pixel - left) / scale])
                        }
                    }
                }
            }
        }
    }

    /// The rows that no later tile changes, once a row of tiles is complete. If the rows repeat, all come with the last.
    ///
    /// - Throws: `OutOfMemory`.
    mutating func finished(behind row: Int) throws -> Image? {
        if rows.wraps && row + 1 < rows.count { return nil }
        let end = (row + 1 < rows.count ? rows.starts[row + 1] : rows.length) * scale
        let count = (end - firstRow) * width * channels
        let samples: Image.Samples =
            bitDepth == 16
            ? .bits16(try [UInt16](allocating: count) { for i in 0..<count { $0[i] = sample(of: sums[i], 32767.5) } })
            : .bits8(try [UInt8](allocating: count) { for i in 0..<count { $0[i] = sample(of: sums[i], 127.5) } })
        defer {
            sums.removeFirst(count)
            firstRow = end
        }
        return Image(width: width, height: end - firstRow, channels: channels, samples: samples)
    }
}

extension TileAxis {
    /// The weight of each position of each tile. At every position of the image, the weights add up to 1.
    func weights(overlap: Int) -> [[Float]] {
        if count == 1 { return [[Float](repeating: 1, count: extent)] }
        var sums = [Float](repeating: 0, count: length)
        var weights = starts.indices.map { index in
            (0..<extent).map { position -> Float in
                let before = index == 0 && !wraps ? .infinity : Float(position) + 0.5
                let after = index == count - 1 && !wraps ? .infinity : Float(extent - position) - 0.5
                return min(1, min(before, after) / Float(max(overlap, 1)))
            }
        }
        func place(_ index: Int, _ i: Int) -> Int { (starts[index] + i + length) % length }
        for index in starts.indices { for i in 0..<extent { sums[place(index, i)] += weights[index][i] } }
        for index in starts.indices { for i in 0..<extent { weights[index][i] /= sums[place(index, i)] } }
        return weights
    }
}
