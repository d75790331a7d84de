import ImageFiles
import TensorCore

extension Image {
    /// The image worked on tile by tile, the results blended where tiles overlap so that no seam shows. Memory beside
    /// the two images is bounded by the width of one row of tiles.
    ///
    ///     let large = photo.mappedInTiles(width: 512, height: 512, overlap: 32, scale: 4, channels: 3) { tile, _ in
    ///         network(Tensor(tile, channels: 3))
    ///     }
    ///
    /// - Parameters:
    ///   - width, height: extent of the tiles. One that is larger than the image shows it in its middle, mirrored at
    ///     the borders, and the result is cut out again.
    ///   - overlap: pixels that neighbors have in common at least.
    ///   - scale: how many times larger the results are.
    ///   - channels: of the results; 1 to 4.
    ///   - bitDepth: of the result, 8 or 16.
    ///   - body: gets a tile and its number, and returns `[1, channels, height · scale, width · scale]` in [−1, 1].
    public func mappedInTiles(
        width: Int, height: Int, overlap: Int, scale: Int = 1, channels: Int, bitDepth: Int = 8,
        _ body: (_ tile: Image, _ number: Int) throws -> Tensor
    ) rethrows -> Image {
        precondition(width > 0 && height > 0 && overlap >= 0 && scale > 0, "mappedInTiles: \(width)×\(height)")
        let columns = TileAxis(length: self.width, tile: width, overlap: overlap)
        let rows = TileAxis(length: self.height, tile: height, overlap: overlap)
        var rowsOfPixels = PixelRows(
            width: self.width * scale, height: self.height * scale, channels: channels, bitDepth: bitDepth)
        for (row, top) in rows.starts.enumerated() {
            rowsOfPixels.finish(before: max(top, 0) * scale)
            let lines = rows.positions(of: row, length: self.height)
            for (column, left) in columns.starts.enumerated() {
                let tile = taking(rows: lines, columns: columns.positions(of: column, length: self.width))
                let result = try body(tile, row * columns.starts.count + column)
                precondition(
                    result.shape == [1, channels, height * scale, width * scale],
                    "mappedInTiles: a result of shape \(result.shape)")
                rowsOfPixels.add(
                    result, left: left * scale, top: top * scale, scale: scale, across: columns.weights[column],
                    down: rows.weights[row])
            }
        }
        return rowsOfPixels.image()
    }

    /// Some of the tiles that ``mappedInTiles(width:height:overlap:scale:channels:bitDepth:_:)`` would give, spread
    /// evenly over the image; all if there are no more than `count`.
    public func sampleTiles(width: Int, height: Int, overlap: Int, atMost count: Int) -> some Sequence<Image> {
        let columns = TileAxis(length: self.width, tile: width, overlap: overlap)
        let rows = TileAxis(length: self.height, tile: height, overlap: overlap)
        let (across, down) = (columns.starts.count, rows.starts.count)
        let wanted = Double(min(count, across * down))
        let lines = min(max(Int((wanted * Double(down) / Double(across)).squareRoot().rounded()), 1), down)
        let perLine = min(max(Int(wanted) / lines, 1), across)
        return (0..<lines * perLine).lazy.map { number in
            let row = (2 * (number / perLine) + 1) * down / (2 * lines)
            let column = (2 * (number % perLine) + 1) * across / (2 * perLine)
            return taking(
                rows: rows.positions(of: row, length: self.height),
                columns: columns.positions(of: column, length: self.width))
        }
    }
}

/// Rows of an image in the making: sums of weighted tiles as long as further tiles may come, then samples.
private struct PixelRows {
    private let width: Int
    private let height: Int
    private let channels: Int
    private var samples: Image.Samples
    /// Sums of the rows from `firstRow` on, pixel by pixel.
    private var sums: [Float] = []
    private var firstRow = 0

    init(width: Int, height: Int, channels: Int, bitDepth: Int) {
        (self.width, self.height, self.channels) = (width, height, channels)
        let count = width * height * channels
        samples =
            bitDepth == 16
            ? .bits16([UInt16](repeating: 0, count: count)) : .bits8([UInt8](repeating: 0, count: count))
    }

    /// Adds a tile; what lies outside the image is left out.
    mutating func add(_ tile: Tensor, left: Int, top: Int, scale: Int, across: [Float], down: [Float]) {
        let (tileHeight, tileWidth) = (tile.shape[2], tile.shape[3])
        let (rows, columns) = (max(top, 0)..<min(top + tileHeight, height), max(left, 0)..<min(left + tileWidth, width))
        let needed = (rows.upperBound - firstRow) * width * channels
        if sums.count < needed { sums += [Float](repeating: 0, count: needed - sums.count) }
        let (width, channels, firstRow) = (width, channels, firstRow)
        tile.withValues { values in
            sums.withUnsafeMutableBufferPointer { sums in
                for row in rows {
                    let weight = down[(row - top) / scale]
                    for channel in 0..<channels {
                        let source = (channel * tileHeight + row - top) * tileWidth - left
                        let target = (row - firstRow) * width * channels + channel
                        for column in columns {
                            sums[target + column * channels] +=
                                values[source + column] * (weight * across[(column - left) / scale])
                        }
                    }
                }
            }
        }
    }

    /// Turns the rows before one into samples: no tile will touch them again.
    mutating func finish(before row: Int) {
        let count = (row - firstRow) * width * channels
        guard count > 0 else { return }
        let start = firstRow * width * channels
        switch samples {
        case .bits8(var wide):
            samples = .bits8([])
            for i in 0..<count { wide[start + i] = level(sums[i], 127.5) }
            samples = .bits8(wide)
        case .bits16(var wide):
            samples = .bits16([])
            for i in 0..<count { wide[start + i] = level(sums[i], 32767.5) }
            samples = .bits16(wide)
        }
        sums.removeFirst(count)
        firstRow = row
    }

    private func level<Sample: FixedWidthInteger>(_ value: Float, _ half: Float) -> Sample {
        value.isNaN ? Sample(half) : Sample(min(max((value + 1) * half, 0), 2 * half).rounded())
    }

    mutating func image() -> Image {
        finish(before: height)
        return Image(width: width, height: height, channels: channels, samples: samples)
    }
}
