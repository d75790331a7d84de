import ImageFiles
import TensorCore

extension Image {
    /// Processes the image tile by tile and blends the results where tiles overlap, so that no seams show. Besides the
    /// two images, memory holds one row of tiles.
    ///
    ///     let large = try photo.mappedInTiles(width: 512, height: 512, overlap: 32, scale: 4, channels: 3) { tile, _ in
    ///         network(Tensor(tile, channels: 3))
    ///     }
    ///
    /// - Parameters:
    ///   - width, height: size of the tiles. A tile that is larger than the image has the image in its center, mirrored
    ///     at the borders; the result is cropped.
    ///   - overlap: the least overlap of neighbors, in pixels.
    ///   - scale: the scale of the results.
    ///   - channels: of the results; 1 to 4.
    ///   - bitDepth: of the result, 8 or 16.
    ///   - wrapping: the axes along which the image repeats. Tiles at a border see the opposite side then, and are
    ///     blended with the tiles there; a tile as large as the image is the image.
    ///   - body: gets a tile and its number, and returns `[1, channels, height · scale, width · scale]` in [−1, 1].
    /// - Throws: `OutOfMemory`, and what the closure throws.
    package func mappedInTiles(
        width: Int, height: Int, overlap: Int, scale: Int = 1, channels: Int, bitDepth: Int = 8,
        wrapping: Wrapping = .neither, _ body: (_ tile: Image, _ number: Int) throws -> Tensor
    ) throws -> Image {
        precondition(width > 0 && height > 0 && overlap >= 0 && scale > 0, "mappedInTiles: \(width)×\(height)")
        let columns = TileAxis(length: self.width, tile: width, overlap: overlap, wraps: wrapping.joinsColumns)
        let rows = TileAxis(length: self.height, tile: height, overlap: overlap, wraps: wrapping.joinsRows)
        var blend = WeightedTiles(
            columns: columns, rows: rows, overlap: overlap, channels: channels, bitDepth: bitDepth, scale: scale)
        var stream = TileStream(columns: columns, rows: rows, channels: self.channels)
        var result = try StackedRows(
            allocating: ImageOutline(
                width: self.width * scale, height: self.height * scale, channels: channels, bitDepth: bitDepth))
        try stream.push(
            self, { tile in try blend.add(try body(tile.image, tile.number), of: tile) },
            rowEnded: { if let rows = try blend.finished(behind: $0) { result.append(rows) } })
        return result.image
    }

    /// The tile with a number, of those that ``mappedInTiles(width:height:overlap:scale:channels:bitDepth:wrapping:_:)``
    /// gives: for an image that goes with another of the same size.
    package func tile(_ number: Int, width: Int, height: Int, overlap: Int, wrapping: Wrapping = .neither) -> Image {
        let columns = TileAxis(length: self.width, tile: width, overlap: overlap, wraps: wrapping.joinsColumns)
        let rows = TileAxis(length: self.height, tile: height, overlap: overlap, wraps: wrapping.joinsRows)
        return taking(
            rows: rows.positions(of: number / columns.count), columns: columns.positions(of: number % columns.count))
    }

    /// The numbers of some of the tiles that
    /// ``mappedInTiles(width:height:overlap:scale:channels:bitDepth:wrapping:_:)`` would give, spread evenly over the
    /// image; of all if there are no more than `count`.
    package func sampledTiles(
        width: Int, height: Int, overlap: Int, wrapping: Wrapping = .neither, atMost count: Int
    ) -> [Int] {
        let columns = TileAxis(length: self.width, tile: width, overlap: overlap, wraps: wrapping.joinsColumns)
        let rows = TileAxis(length: self.height, tile: height, overlap: overlap, wraps: wrapping.joinsRows)
        let (across, down) = (columns.count, rows.count)
        let wanted = Double(min(count, across * down))
        let lines = min(max(Int((wanted * Double(down) / Double(across)).squareRoot().rounded()), 1), down)
        let perLine = min(max(Int(wanted) / lines, 1), across)
        return (0..<lines * perLine).map { number in
            let row = (2 * (number / perLine) + 1) * down / (2 * lines)
            let column = (2 * (number % perLine) + 1) * across / (2 * perLine)
            return row * across + column
        }
    }
}
