import TensorCore

/// The positions of tiles along one side of an image. All have the same size. Beyond the ends of the image they contain
/// its reflection, or, if the image repeats, its other end.
package struct TileAxis: Sendable {
    /// Positions in the image.
    package let length: Int
    /// Positions in each tile.
    package let extent: Int
    /// The first position of each tile; it may lie before the image.
    package let starts: [Int]
    /// Whether the image repeats.
    package let wraps: Bool

    package init(length: Int, extent: Int, starts: [Int], wraps: Bool = false) {
        (self.length, self.extent, self.starts, self.wraps) = (length, extent, starts, wraps)
    }

    /// Tiles spread evenly over the image. A tile that is longer than the image has the image in its center.
    ///
    /// - Parameters:
    ///   - overlap: the least overlap of neighbors, in positions.
    ///   - wraps: whether the image repeats. The last tile and the first one are neighbors then.
    package init(length: Int, tile: Int, overlap: Int, wraps: Bool = false) {
        guard tile < length else {
            self.init(length: length, extent: tile, starts: [-((tile - length) / 2)], wraps: wraps)
            return
        }
        let step = max(tile - overlap, 1)
        if wraps {
            let count = (length + step - 1) / step
            let places = (0..<count).map { $0 * length / count }
            // The last tile ends with the image.
            let first = length - tile - places[count - 1]
            self.init(length: length, extent: tile, starts: places.map { $0 + first }, wraps: true)
            return
        }
        let count = (length - tile + step - 1) / step + 1
        let starts = (0..<count).map { count == 1 ? 0 : ($0 * (length - tile) + (count - 1) / 2) / (count - 1) }
        self.init(length: length, extent: tile, starts: starts)
    }

    /// Tiles.
    package var count: Int { starts.count }

    /// The positions of the image in a tile.
    package func positions(of index: Int) -> [Int] {
        let range = starts[index]..<starts[index] + extent
        return wraps ? Wrapping.positions(range, length: length) : Reflection.positions(range, length: length)
    }
}
