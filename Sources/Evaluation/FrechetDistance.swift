/// Mean and covariance of a set of feature vectors.
package struct FeatureStatistics: Sendable {
    /// `width` values.
    package let mean: [Double]
    /// Row-major, `width × width`, divided by n − 1.
    package let covariance: [Double]
    /// Values in a feature vector.
    package var width: Int { mean.count }

    /// - Parameter features: `count` rows of `width` values.
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
        var centerd = [Double](repeating: 0, count: width)
        features.withUnsafeBufferPointer { features in
            covariance.withUnsafeMutableBufferPointer { covariance in
                for row in 0..<count {
                    for i in 0..<width { centerd[i] = features[row * width + i] - mean[i] }
                    for i in 0..<width {
                        let value = centerd[i]
                        for j in i..<width { covariance[i * width + j] += value * centerd[j] }
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

        // tr((Σ₁Σ₂)^½) = tr((Σ₁^½ Σ₂ Σ₁^½)^½), whose argument is symmetric.
        let (values, vectors) = symmetricEigen(covariance, size: width)
        var root = [Double](repeating: 0, count: width * width)
        for k in 0..<width {
            let scale = max(values[k], 0).squareRoot()
            for i in 0..<width {
                let left = scale * vectors[i * width + k]
                for j in 0..<width { root[i * width + j] += left * vectors[j * width + k] }
            }
        }
        let inner = product(product(root, other.covariance, width), root, width)
        let overlap = symmetricEigen(inner, size: width).values.reduce(0) { $0 + max($1, 0).squareRoot() }
        return max(shift + trace - 2 * overlap, 0)
    }
}

private func product(_ a: [Double], _ b: [Double], _ n: Int) -> [Double] {
    var c = [Double](repeating: 0, count: n * n)
    c.withUnsafeMutableBufferPointer { c in
        for i in 0..<n {
            for k in 0..<n {
                let left = a[i * n + k]
                for j in 0..<n { c[i * n + j] += left * b[k * n + j] }
            }
        }
    }
    return c
}
