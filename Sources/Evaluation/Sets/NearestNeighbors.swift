import TensorCore

/// The nearest member of a set of feature vectors.
package struct NearestNeighbor: Sendable, Hashable {
    /// Its row in the set.
    package let index: Int
    /// The Euclidean distance to it.
    package let distance: Double

    /// A neighbor at a distance.
    package init(index: Int, distance: Double) { (self.index, self.distance) = (index, distance) }
}

extension NearestNeighbor {
    /// The nearest row of a set for each row of `points`; the first of several equally near ones.
    ///
    /// - Parameters:
    ///   - points: feature vectors `[n, width]`.
    ///   - set: feature vectors `[m, width]`, at least one.
    package static func ofEach(_ points: Tensor, in set: Tensor) -> [NearestNeighbor] {
        found(points, in: set, skipsItself: false)
    }

    /// The nearest other row of a set for each of its rows.
    ///
    /// - Parameter set: feature vectors `[n, width]`, at least two.
    package static func ofEachOther(in set: Tensor) -> [NearestNeighbor] { found(set, in: set, skipsItself: true) }

    private static func found(_ points: Tensor, in set: Tensor, skipsItself: Bool) -> [NearestNeighbor] {
        precondition(set.shape[0] > (skipsItself ? 1 : 0), "NearestNeighbor: in a set of \(set.shape[0])")
        let width = set.shape[1]
        var indices: [Int] = []
        NeighborDistances.forEachRow(points, set) { row, distances in
            var (nearest, least) = (skipsItself && row == 0 ? 1 : 0, Float.infinity)
            for (index, distance) in distances.enumerated() where distance < least && !(skipsItself && index == row) {
                (nearest, least) = (index, distance)
            }
            indices.append(nearest)
        }
        // Differences of large norms have lost the small distances, so the distance itself is computed anew.
        return points.withValues { points in
            set.withValues { set in
                indices.enumerated().map { row, index in
                    var sum = 0.0
                    for column in 0..<width {
                        let difference = Double(points[row * width + column]) - Double(set[index * width + column])
                        sum += difference * difference
                    }
                    return NearestNeighbor(index: index, distance: sum.squareRoot())
                }
            }
        }
    }
}
