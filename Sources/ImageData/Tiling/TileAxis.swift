import TensorCore

/// The positions of tiles along one side of an image. All have the same size; beyond the ends of the image they contain
/// its reflection.
package struct TileAxis: Sendable {
    /// Positions in the image.
    package let length: Int
    /// Positions in each tile.
    package let extent: Int
    /// The first position of each tile; it may lie before the image.
    package let starts: [Int]

    package init(length: Int, extent: Int, starts: [Int]) {
        (self.length, self.extent, self.starts) = (length, extent, starts)
    }

    /// Tiles spread evenly over the image. A tile that is longer than the image has the image in its center.
    ///
    /// - Parameter overlap: the least overlap of neighbors, in positions.
    package init(length: Int, tile: Int, overlap: Int) {
        guard tile < length else {
            self.init(length: length, extent: tile, starts: [-((tile - length) / 2)])
            return
        }
        let step = max(tile - overlap, 1)
        let count = (length - tile + step - 1) / step + 1
        let starts = (0..<count).map { count == 1 ? 0 : ($0 * (length - tile) + (count - 1) / 2) / (count - 1) }
        self.init(length: length, extent: tile, starts: starts)
    }

    /// Tiles.
    package var count: Int { starts.count }

    /// The positions of the image in a tile.
    package func positions(of index: Int) -> [Int] {
        Reflection.positions(starts[index]..<starts[index] + extent, length: length)
    }
}
