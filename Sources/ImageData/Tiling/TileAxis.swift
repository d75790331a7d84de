import TensorCore

/// Where tiles lie along one side of an image. All have one extent; beyond the image's ends they show its reflection.
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

    /// Tiles spread evenly over the image. One that is longer shows it in its middle.
    ///
    /// - Parameter overlap: positions that neighbors have in common at least.
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

    /// The positions of the image that a tile shows.
    package func positions(of index: Int) -> [Int] {
        Reflection.positions(starts[index]..<starts[index] + extent, length: length)
    }
}
