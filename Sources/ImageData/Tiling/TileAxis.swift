/// Where tiles lie along one side of an image, and how much each counts where they overlap.
struct TileAxis {
    /// The first position of each tile. A tile that is longer than the image begins before it.
    let starts: [Int]
    /// Pixels in each tile.
    let tile: Int
    /// For each tile how much each of its pixels counts; at every position of the image the sum over all tiles is 1.
    let weights: [[Float]]

    /// - Parameters:
    ///   - length: pixels of the image.
    ///   - overlap: pixels that neighbors have in common at least; from the middle of it on the other one counts more.
    init(length: Int, tile: Int, overlap: Int) {
        self.tile = tile
        guard tile < length else {
            starts = [-((tile - length) / 2)]
            weights = [[Float](repeating: 1, count: tile)]
            return
        }
        let step = max(tile - overlap, 1)
        let count = (length - tile + step - 1) / step + 1
        let starts = (0..<count).map { count == 1 ? 0 : ($0 * (length - tile) + (count - 1) / 2) / (count - 1) }
        var sums = [Float](repeating: 0, count: length)
        var weights = starts.indices.map { index in
            (0..<tile).map { position -> Float in
                let before = index == 0 ? .infinity : Float(position) + 0.5
                let after = index == count - 1 ? .infinity : Float(tile - position) - 0.5
                return min(1, min(before, after) / Float(max(overlap, 1)))
            }
        }
        for (start, row) in zip(starts, weights) { for (i, weight) in row.enumerated() { sums[start + i] += weight } }
        for index in starts.indices { for i in 0..<tile { weights[index][i] /= sums[starts[index] + i] } }
        self.starts = starts
        self.weights = weights
    }

    /// The positions of an image that a tile shows; beyond its ends it is mirrored, as often as needed.
    func positions(of index: Int, length: Int) -> [Int] {
        (starts[index]..<starts[index] + tile).map { position in
            let period = max(2 * (length - 1), 1)
            let folded = ((position % period) + period) % period
            return folded < length ? folded : period - folded
        }
    }
}
