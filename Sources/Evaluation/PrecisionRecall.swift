import TensorCore

/// Improved precision and recall (Kynkäänniemi et al. 2019): balls around the members of a set, each reaching to the
/// k-th nearest neighbor, describe the set. Precision is the share of generated images inside the real set's balls (are
/// they plausible?), recall the share of real images inside the generated set's (is everything covered?).
package struct PrecisionRecall: Sendable, Codable {
    /// The share of generated images inside the real set's balls, 0 … 1.
    package let precision: Double
    /// The share of real images inside the generated set's balls, 0 … 1.
    package let recall: Double

    /// - Parameters:
    ///   - real, generated: features `[N, width]` and `[M, width]`.
    ///   - neighbors: k; the paper uses 3.
    package init(real: Tensor, generated: Tensor, neighbors: Int = 3) {
        let realRadii = radii(of: real, neighbors: neighbors)
        let generatedRadii = radii(of: generated, neighbors: neighbors)
        precision = coverage(of: generated, by: real, radii: realRadii)
        recall = coverage(of: real, by: generated, radii: generatedRadii)
    }
}

/// Squared distances between the rows of two sets, computed in blocks to save memory.
private func forEachDistanceRow(
    _ a: Tensor, _ b: Tensor, _ body: (_ row: Int, _ squaredDistances: UnsafeBufferPointer<Float>) -> Void
) {
    let bNorms = b.squared().sum(axes: [1]).reshaped(to: [1, b.shape[0]])
    for start in stride(from: 0, to: a.shape[0], by: 512) {
        let block = a.slice(axis: 0, from: start, count: min(512, a.shape[0] - start))
        let aNorms = block.squared().sum(axes: [1], keepingAxes: true)
        let distances = aNorms + bNorms - 2 * block.matrixProduct(b, transposingOther: true)
        distances.withValues { values in
            for row in 0..<block.shape[0] {
                body(start + row, UnsafeBufferPointer(rebasing: values[(row * b.shape[0])..<((row + 1) * b.shape[0])]))
            }
        }
    }
}

/// The squared distance from each row to its k-th nearest other row.
private func radii(of set: Tensor, neighbors: Int) -> [Float] {
    var result = [Float](repeating: 0, count: set.shape[0])
    forEachDistanceRow(set, set) { row, distances in
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

private func coverage(of points: Tensor, by set: Tensor, radii: [Float]) -> Double {
    var inside = 0
    forEachDistanceRow(points, set) { _, distances in
        for (index, distance) in distances.enumerated() where distance <= radii[index] {
            inside += 1
            break
        }
    }
    return Double(inside) / Double(max(points.shape[0], 1))
}
