import TensorCore

/// Distances between feature vectors.
enum NeighborDistances {
    /// Squared distances between the rows of two sets, computed in blocks to save memory.
    static func forEachRow(
        _ a: Tensor, _ b: Tensor, _ body: (_ row: Int, _ squaredDistances: UnsafeBufferPointer<Float>) -> Void
    ) {
        let bNorms = b.squared().sum(axes: [1]).reshaped(to: [1, b.shape[0]])
        for start in stride(from: 0, to: a.shape[0], by: 512) {
            let block = a.slice(axis: 0, from: start, count: min(512, a.shape[0] - start))
            let aNorms = block.squared().sum(axes: [1], keepingAxes: true)
            let distances = aNorms + bNorms - 2 * block.matrixProduct(b, transposingOther: true)
            distances.withValues { values in
                for row in 0..<block.shape[0] {
                    let own = (row * b.shape[0])..<((row + 1) * b.shape[0])
                    body(start + row, UnsafeBufferPointer(rebasing: values[own]))
                }
            }
        }
    }

    /// The squared distance from each row to its k-th nearest other row.
    static func radii(of set: Tensor, neighbors: Int) -> [Float] {
        var result = [Float](repeating: 0, count: set.shape[0])
        forEachRow(set, set) { row, distances in
            var nearest = [Float](repeating: .infinity, count: neighbors)
            for (other, distance) in distances.enumerated() where other != row && distance < nearest[neighbors - 1] {
                var slot = neighbors - 1
                while slot > 0 && nearest[slot - 1] > distance {
                    nearest[slot] = nearest[slot - 1]
                    slot -= 1
                }
                nearest[slot] = distance
            }
            result[row] = nearest[neighbors - 1]
        }
        return result
    }
}
