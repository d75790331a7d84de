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
    ///   - real: features `[N, width]`.
    ///   - generated: features `[M, width]`.
    ///   - neighbors: k; the paper uses 3.
    package init(real: Tensor, generated: Tensor, neighbors: Int = 3) {
        let realRadii = NeighborDistances.radii(of: real, neighbors: neighbors)
        let generatedRadii = NeighborDistances.radii(of: generated, neighbors: neighbors)
        precision = coverage(of: generated, by: real, radii: realRadii)
        recall = coverage(of: real, by: generated, radii: generatedRadii)
    }
}

private func coverage(of points: Tensor, by set: Tensor, radii: [Float]) -> Double {
    var inside = 0
    NeighborDistances.forEachRow(points, set) { _, distances in
        for (index, distance) in distances.enumerated() where distance <= radii[index] {
            inside += 1
            break
        }
    }
    return Double(inside) / Double(max(points.shape[0], 1))
}
