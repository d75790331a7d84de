/// The eigenvalues of a symmetric matrix, in no order: Householder's reflections make it tridiagonal, then QR steps with
/// Wilkinson's shifts make it diagonal (Golub & Van Loan, "Matrix Computations", 8.3).
///
/// - Parameters:
///   - matrix: `size × size` values; only those on and below the diagonal are read.
///   - size: the number of rows.
/// - Returns: the eigenvalues; NaN if a value is not finite.
package func symmetricEigenvalues(_ matrix: [Double], size: Int) -> [Double] {
    var form = TridiagonalForm(matrix, size: size)
    form.diagonalize { _, _, _ in }
    return form.diagonal
}

/// The eigenvalues of a symmetric matrix, in no order, and their orthonormal eigenvectors.
///
/// - Parameters:
///   - matrix: `size × size` values; only those on and below the diagonal are read.
///   - size: the number of rows.
/// - Returns: the eigenvalues, and `size × size` values: row k is the vector of eigenvalue k. All are NaN if a value of
///   the matrix is not finite.
package func symmetricEigen(_ matrix: [Double], size: Int) -> (values: [Double], vectors: [Double]) {
    var form = TridiagonalForm(matrix, size: size)
    var basis = form.basis
    basis.withUnsafeMutableBufferPointer { basis in
        form.diagonalize { row, c, s in
            for place in row * size..<(row + 1) * size {
                let (x, y) = (basis[place], basis[place + size])
                basis[place] = c * x + s * y
                basis[place + size] = c * y - s * x
            }
        }
    }
    return (form.diagonal, form.diagonal.allSatisfy(\.isFinite) ? basis : basis.map { _ in .nan })
}

/// A symmetric matrix as `Q·T·Qᵀ`, with an orthogonal Q and a tridiagonal T.
private struct TridiagonalForm {
    /// T's values on the diagonal and beside it.
    private(set) var diagonal, off: [Double]
    /// Row k holds, right of the diagonal, the unit vector of reflection k.
    private var reflected: [Double]

    init(_ matrix: [Double], size n: Int) {
        guard matrix.allSatisfy(\.isFinite) else {
            (diagonal, off, reflected) = ([Double](repeating: .nan, count: n), [], matrix)
            return
        }
        var a = matrix
        var beside = [Double](repeating: 0, count: max(n - 1, 0))
        var reflector = [Double](repeating: 0, count: n)
        var image = reflector
        a.withUnsafeMutableBufferPointer { a in
            for k in 0..<max(n - 2, 0) {
                var squares = 0.0
                for i in (k + 1)..<n { squares += a[i * n + k] * a[i * n + k] }
                let length = squares.squareRoot()
                let first = a[(k + 1) * n + k]
                beside[k] = first > 0 ? -length : length
                for i in (k + 1)..<n { a[k * n + i] = 0 }
                guard length > 0 else { continue }
                for i in (k + 1)..<n { reflector[i] = a[i * n + k] }
                reflector[k + 1] -= beside[k]
                let norm = (2 * (squares - first * beside[k])).squareRoot()
                for i in (k + 1)..<n {
                    reflector[i] /= norm
                    a[k * n + i] = reflector[i]
                }
                multiply(a, n, from: k + 1, reflector, &image)
                let overlap = (k + 1..<n).reduce(0.0) { $0 + reflector[$1] * image[$1] }
                for i in (k + 1)..<n { image[i] = 2 * (image[i] - overlap * reflector[i]) }
                for i in (k + 1)..<n {
                    let (u, w) = (reflector[i], image[i])
                    for j in (k + 1)...i { a[i * n + j] -= u * image[j] + w * reflector[j] }
                }
            }
        }
        if n > 1 { beside[n - 2] = a[(n - 1) * n + n - 2] }
        (diagonal, off, reflected) = ((0..<n).map { a[$0 * n + $0] }, beside, a)
    }

    /// Qᵀ, row by row: the reflections, the last one first, applied to the unit matrix.
    var basis: [Double] {
        let n = diagonal.count
        var q = [Double](repeating: 0, count: n * n)
        for i in 0..<n { q[i * n + i] = 1 }
        guard !off.isEmpty else { return q }
        var sums = [Double](repeating: 0, count: n)
        for k in (0..<max(n - 2, 0)).reversed() {
            for j in (k + 1)..<n { sums[j] = 0 }
            for i in (k + 1)..<n {
                let factor = 2 * reflected[k * n + i]
                for j in (k + 1)..<n { sums[j] += factor * q[i * n + j] }
            }
            for i in (k + 1)..<n {
                let factor = reflected[k * n + i]
                for j in (k + 1)..<n { q[i * n + j] -= factor * sums[j] }
            }
        }
        return (0..<n * n).map { q[$0 % n * n + $0 / n] }
    }

    /// Makes T diagonal.
    ///
    /// - Parameter rotating: is told each rotation of a row and the next by its cosine and sine.
    mutating func diagonalize(_ rotating: (_ row: Int, _ c: Double, _ s: Double) -> Void) {
        guard !off.isEmpty else { return }
        var end = diagonal.count - 1
        while end > 0 {
            let scale = abs(diagonal[end - 1]) + abs(diagonal[end])
            // So that an overflow ends the search, too.
            if !(abs(off[end - 1]) > Double.ulpOfOne * scale) {
                end -= 1
                continue
            }
            var start = end - 1
            while start > 0, abs(off[start - 1]) > Double.ulpOfOne * (abs(diagonal[start - 1]) + abs(diagonal[start])) {
                start -= 1
            }
            shiftedStep(start...end, rotating)
        }
    }

    /// A QR step on the rows of a range, without square roots of products that could overflow.
    private mutating func shiftedStep(
        _ rows: ClosedRange<Int>, _ rotating: (_ row: Int, _ c: Double, _ s: Double) -> Void
    ) {
        let (start, end) = (rows.lowerBound, rows.upperBound)
        let half = (diagonal[end - 1] - diagonal[end]) / 2
        let last = off[end - 1]
        let root = (half * half + last * last).squareRoot()
        let shift = diagonal[end] - last * last / (half + (half < 0 ? -root : root))
        var (x, z) = (diagonal[start] - shift, off[start])
        for k in start..<end {
            let length = (x * x + z * z).squareRoot()
            let (c, s) = length == 0 ? (1, 0) : (x / length, z / length)
            if k > start { off[k - 1] = length }
            let (a, b, d) = (diagonal[k], off[k], diagonal[k + 1])
            diagonal[k] = c * c * a + 2 * c * s * b + s * s * d
            diagonal[k + 1] = s * s * a - 2 * c * s * b + c * c * d
            off[k] = (c * c - s * s) * b + c * s * (d - a)
            if k + 1 < end {
                x = off[k]
                z = s * off[k + 1]
                off[k + 1] *= c
            }
            rotating(k, c, s)
        }
    }
}

/// The product of the symmetric matrix below and right of a place, given by its lower half, and a vector.
private func multiply(
    _ a: UnsafeMutableBufferPointer<Double>, _ n: Int, from start: Int, _ x: [Double], _ y: inout [Double]
) {
    for i in start..<n { y[i] = 0 }
    for i in start..<n {
        let (row, factor) = (i * n, x[i])
        var sum = 0.0
        for j in start..<i {
            sum += a[row + j] * x[j]
            y[j] += a[row + j] * factor
        }
        y[i] += sum + a[row + i] * factor
    }
}
