/// The eigenvalues of a symmetric matrix, in no order: Householder's reflections make it tridiagonal, then QR steps with
/// Wilkinson's shifts make it diagonal (Golub & Van Loan, "Matrix Computations", 8.3).
///
/// - Parameters:
///   - matrix: `size × size` values; only those on and below the diagonal are read.
///   - size: the number of rows.
/// - Returns: the eigenvalues; NaN if a value is not finite.
package func symmetricEigenvalues(_ matrix: [Double], size: Int) -> [Double] {
    guard matrix.allSatisfy(\.isFinite) else { return [Double](repeating: .nan, count: size) }
    var (diagonal, off) = tridiagonal(matrix, size: size)
    var end = size - 1
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
        shiftedStep(&diagonal, &off, start...end)
    }
    return diagonal
}

/// A QR step on the rows of a range, without square roots of products that could overflow.
private func shiftedStep(_ diagonal: inout [Double], _ off: inout [Double], _ rows: ClosedRange<Int>) {
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
    }
}

/// The diagonal and the values beside it of a tridiagonal matrix with the same eigenvalues.
private func tridiagonal(_ matrix: [Double], size n: Int) -> (diagonal: [Double], off: [Double]) {
    var a = matrix
    var off = [Double](repeating: 0, count: max(n - 1, 0))
    var reflector = [Double](repeating: 0, count: n)
    var image = reflector
    a.withUnsafeMutableBufferPointer { a in
        for k in 0..<max(n - 2, 0) {
            var squares = 0.0
            for i in (k + 1)..<n { squares += a[i * n + k] * a[i * n + k] }
            let length = squares.squareRoot()
            let first = a[(k + 1) * n + k]
            off[k] = first > 0 ? -length : length
            guard length > 0 else { continue }
            for i in (k + 1)..<n { reflector[i] = a[i * n + k] }
            reflector[k + 1] -= off[k]
            let norm = (2 * (squares - first * off[k])).squareRoot()
            for i in (k + 1)..<n { reflector[i] /= norm }
            multiply(a, n, from: k + 1, reflector, &image)
            let overlap = (k + 1..<n).reduce(0.0) { $0 + reflector[$1] * image[$1] }
            for i in (k + 1)..<n { image[i] = 2 * (image[i] - overlap * reflector[i]) }
            for i in (k + 1)..<n {
                let (u, w) = (reflector[i], image[i])
                for j in (k + 1)...i { a[i * n + j] -= u * image[j] + w * reflector[j] }
            }
        }
    }
    if n > 1 { off[n - 2] = a[(n - 1) * n + n - 2] }
    return ((0..<n).map { a[$0 * n + $0] }, off)
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
