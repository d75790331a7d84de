import TensorCore

/// Mean and covariance of a set of feature vectors.
package struct FeatureStatistics: Sendable {
    /// `width` values.
    package let mean: [Double]
    /// Row-major, `width × width`, divided by n − 1.
    package let covariance: [Double]
    /// Values in a feature vector.
    package var width: Int { mean.count }

    /// - Parameter features: `[N, width]`.
    package init(_ features: Tensor) { self.init(features.values, width: features.shape[1]) }

    /// - Parameters:
    ///   - features: `count` rows of `width` values.
    ///   - width: the number of values in a feature vector.
    package init(_ features: [Float], width: Int) {
        self.init(features.map(Double.init), width: width)
    }

    /// - Parameter features: `count` rows of `width` values.
    init(_ features: [Double], width: Int) {
        let count = features.count / max(width, 1)
        var mean = [Double](repeating: 0, count: width)
        for row in 0..<count {
            for column in 0..<width { mean[column] += features[row * width + column] }
        }
        for column in 0..<width { mean[column] /= Double(max(count, 1)) }

        var covariance = [Double](repeating: 0, count: width * width)
        var centered = [Double](repeating: 0, count: width)
        features.withUnsafeBufferPointer { features in
            covariance.withUnsafeMutableBufferPointer { covariance in
                for row in 0..<count {
                    for i in 0..<width { centered[i] = features[row * width + i] - mean[i] }
                    for i in 0..<width {
                        let value = centered[i]
                        for j in i..<width { covariance[i * width + j] += value * centered[j] }
                    }
                }
                for i in 0..<width {
                    for j in i..<width {
                        covariance[i * width + j] /= Double(max(count - 1, 1))
                        covariance[j * width + i] = covariance[i * width + j]
                    }
                }
            }
        }
        self.mean = mean
        self.covariance = covariance
    }

    /// The Fréchet distance between the normal distributions with these statistics (Heusel et al. 2017), |μ₁ − μ₂|² +
    /// tr(Σ₁ + Σ₂ − 2·(Σ₁Σ₂)^½). 0 is best. Only distances in the features of one network can be compared.
    package func frechetDistance(to other: FeatureStatistics) -> Double {
        precondition(width == other.width, "frechetDistance: features of \(width) and \(other.width) values")
        let shift = zip(mean, other.mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let trace = (0..<width).reduce(0) { $0 + covariance[$1 * width + $1] + other.covariance[$1 * width + $1] }

        // With Σ₁ = L·Lᵀ, the eigenvalues of Σ₁Σ₂ are those of the symmetric Lᵀ·Σ₂·L.
        let factor = semidefiniteFactor(covariance, size: width)
        let rank = factor.count / max(width, 1)
        let right = product(other.covariance, transposed(factor, rank, width), width, width, rank)
        let inner = product(factor, right, rank, width, rank)
        let overlap = symmetricEigenvalues(inner, size: rank).reduce(0) { $0 + max($1, 0).squareRoot() }
        return max(shift + trace - 2 * overlap, 0)
    }
}

/// Lᵀ, row by row, of a positive semidefinite matrix L·Lᵀ: Cholesky's factor with pivots, up to the rank of the matrix.
private func semidefiniteFactor(_ matrix: [Double], size n: Int) -> [Double] {
    var rest = (0..<n).map { matrix[$0 * n + $0] }
    let least = (rest.max() ?? 0) * 1e-16
    var rows: [Double] = []
    var rank = 0
    while rank < n, let pivot = rest.indices.max(by: { rest[$0] < rest[$1] }), rest[pivot] > least {
        let root = rest[pivot].squareRoot()
        var row = Array(matrix[(pivot * n)..<(pivot * n + n)])
        rows.withUnsafeBufferPointer { rows in
            for k in 0..<rank {
                let scale = rows[k * n + pivot]
                guard scale != 0 else { continue }
                for j in 0..<n { row[j] -= scale * rows[k * n + j] }
            }
        }
        for j in 0..<n { row[j] /= root }
        for j in 0..<n { rest[j] -= row[j] * row[j] }
        rest[pivot] = 0
        rows += row
        rank += 1
    }
    return rows
}

private func transposed(_ a: [Double], _ rows: Int, _ columns: Int) -> [Double] {
    var result = a
    for i in 0..<rows { for j in 0..<columns { result[j * rows + i] = a[i * columns + j] } }
    return result
}

/// The product of an `m × n` and an `n × k` matrix.
private func product(_ a: [Double], _ b: [Double], _ m: Int, _ n: Int, _ k: Int) -> [Double] {
    var c = [Double](repeating: 0, count: m * k)
    c.withUnsafeMutableBufferPointer { c in
        for i in 0..<m {
            for j in 0..<n {
                let left = a[i * n + j]
                for l in 0..<k { c[i * k + l] += left * b[j * k + l] }
            }
        }
    }
    return c
}
