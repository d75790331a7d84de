/// Eigenvalues and orthonormal eigenvectors (in columns) of a symmetric matrix, by cyclic Jacobi rotations.
package func symmetricEigen(_ matrix: [Double], size n: Int) -> (values: [Double], vectors: [Double]) {
    var a = matrix
    var v = [Double](repeating: 0, count: n * n)
    for i in 0..<n { v[i * n + i] = 1 }
    let scale = a.reduce(0) { $0 + $1 * $1 }
    a.withUnsafeMutableBufferPointer { a in
        v.withUnsafeMutableBufferPointer { v in
            for _ in 0..<60 {
                var off = 0.0
                for i in 0..<n { for j in (i + 1)..<max(n, i + 1) { off += a[i * n + j] * a[i * n + j] } }
                if off <= 1e-22 * scale { return }
                for p in 0..<n {
                    for q in (p + 1)..<max(n, p + 1) where a[p * n + q] != 0 {
                        let theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q])
                        let t = (theta >= 0 ? 1.0 : -1.0) / (abs(theta) + (theta * theta + 1).squareRoot())
                        let c = 1 / (t * t + 1).squareRoot()
                        let s = t * c
                        for k in 0..<n {
                            let (x, y) = (a[k * n + p], a[k * n + q])
                            a[k * n + p] = c * x - s * y
                            a[k * n + q] = s * x + c * y
                        }
                        for k in 0..<n {
                            let (x, y) = (a[p * n + k], a[q * n + k])
                            a[p * n + k] = c * x - s * y
                            a[q * n + k] = s * x + c * y
                        }
                        for k in 0..<n {
                            let (x, y) = (v[k * n + p], v[k * n + q])
                            v[k * n + p] = c * x - s * y
                            v[k * n + q] = s * x + c * y
                        }
                    }
                }
            }
        }
    }
    return ((0..<n).map { a[$0 * n + $0] }, v)
}
