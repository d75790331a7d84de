import ImageFiles
import TensorCore

/// One tile of an image.
package struct Tile {
    /// Its row and column among the tiles.
    package let row: Int, column: Int
    /// Its number, counted from the top left, row by row.
    package let number: Int
    fileprivate let store: RowStore
    fileprivate let lines: [Int]
    fileprivate let columns: [Int]

    /// Its contents as an image.
    package var image: Image { store.image(rows: lines, columns: columns) }

    /// Its contents as planes from 0 to 1, `[1, channels, H, W]`.
    package var planes: Tensor { store.planes(rows: lines, columns: columns) }
}

/// Divides an image into tiles row by row, one row of tiles at a time. Memory grows only with the width of the image.
package struct TileStream {
    private let columns: TileAxis
    private let rows: TileAxis
    private var store: RowStore
    private var row = 0
    /// For each row of tiles, the last row that it needs, and the first row that it or a later one needs.
    private let lastRows: [Int]
    private let firstRows: [Int]

    /// - Parameter channels: the channels of the image.
    package init(columns: TileAxis, rows: TileAxis, channels: Int) {
        (self.columns, self.rows) = (columns, rows)
        store = RowStore(channels: channels)
        let positions = (0..<rows.count).map { rows.positions(of: $0) }
        lastRows = positions.map { $0.max() ?? 0 }
        var first = Int.max
        firstRows = positions.reversed().map {
            first = min(first, $0.min() ?? 0)
            return first
        }.reversed()
    }

    /// Adds the next rows of the image, in any number.
    ///
    /// - Parameters:
    ///   - work: receives each complete tile: rows of tiles from top to bottom, and each from left to right.
    ///   - rowEnded: called with the number of a row of tiles after its last tile.
    package mutating func push(
        _ part: Image, _ work: (Tile) throws -> Void, rowEnded: (Int) throws -> Void
    ) rethrows {
        store.append(part)
        while row < rows.count, store.end > lastRows[row] {
            let lines = rows.positions(of: row)
            for column in 0..<columns.count {
                try work(
                    Tile(
                        row: row, column: column, number: row * columns.count + column, store: store, lines: lines,
                        columns: columns.positions(of: column)))
            }
            try rowEnded(row)
            row += 1
            if row < rows.count { store.drop(before: firstRows[row]) }
        }
    }
}
