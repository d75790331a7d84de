import TensorCore

/// Density and coverage (Naeem et al. 2020): like precision and recall, but only the real images have balls, so that an
/// outlier among generated images does not count as variety.
package struct DensityCoverage: Sendable, Hashable {
    /// How many real balls a generated image lies in, divided by k: 1 for images like the real ones; it may be larger.
    package let density: Double
    /// The share of real images whose ball contains a generated image, 0 … 1.
    package let coverage: Double

    /// - Parameters:
    ///   - real: features `[N, width]`.
    ///   - generated: features `[M, width]`.
    ///   - neighbors: k; the paper uses 5.
    package init(real: Tensor, generated: Tensor, neighbors: Int = 5) {
        let radii = NeighborDistances.radii(of: real, neighbors: neighbors)
        var (inside, covered) = (0, 0)
        NeighborDistances.forEachRow(real, generated) { row, distances in
            let found = distances.reduce(0) { $0 + ($1 <= radii[row] ? 1 : 0) }
            inside += found
            covered += found > 0 ? 1 : 0
        }
        density = Double(inside) / Double(max(neighbors * generated.shape[0], 1))
        coverage = Double(covered) / Double(max(real.shape[0], 1))
    }
}
