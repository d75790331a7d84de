import TensorCore

/// The kernel distance of two sets of feature vectors (Bińkowski et al. 2018, "KID"): the squared maximum mean
/// discrepancy with the kernel (x · y / width + 1)³, over all pairs of vectors. The estimate has no bias, so it suits
/// small sets, and it may be slightly negative. 0 is best. Only distances in the features of one network can be
/// compared.
package struct KernelDistance: Sendable, Hashable {
    /// The estimate.
    package let value: Double
    /// Its standard error, by the jackknife over both sets.
    package let standardError: Double

    /// - Parameters:
    ///   - a: feature vectors `[n, width]`, at least three.
    ///   - b: feature vectors `[m, width]`, at least three.
    package init(_ a: Tensor, _ b: Tensor) {
        precondition(a.shape[1] == b.shape[1], "KernelDistance: \(a.shape) and \(b.shape)")
        precondition(min(a.shape[0], b.shape[0]) > 2, "KernelDistance: of sets of \(a.shape[0]) and \(b.shape[0])")
        let (n, m) = (Double(a.shape[0]), Double(b.shape[0]))
        let (withinA, withinB) = (rowSums(a, a, skipsDiagonal: true), rowSums(b, b, skipsDiagonal: true))
        let (acrossA, acrossB) = (rowSums(a, b), rowSums(b, a))
        let (sumA, sumB, across) = (withinA.reduce(0, +), withinB.reduce(0, +), acrossA.reduce(0, +))
        func estimate(_ sumA: Double, _ n: Double, _ sumB: Double, _ m: Double, _ across: Double) -> Double {
            sumA / (n * (n - 1)) + sumB / (m * (m - 1)) - 2 * across / (n * m)
        }
        value = estimate(sumA, n, sumB, m, across)
        // A vector that is left out takes its row and its column of the kernel's matrix along.
        let withoutA = zip(withinA, acrossA).map { estimate(sumA - 2 * $0, n - 1, sumB, m, across - $1) }
        let withoutB = zip(withinB, acrossB).map { estimate(sumA, n, sumB - 2 * $0, m - 1, across - $1) }
        standardError = (jackknifeVariance(withoutA) + jackknifeVariance(withoutB)).squareRoot()
    }
}

/// The sums over the rows of the kernel's matrix, computed in blocks to save memory.
private func rowSums(_ a: Tensor, _ b: Tensor, skipsDiagonal: Bool = false) -> [Double] {
    let width = Float(a.shape[1])
    var sums: [Double] = []
    for start in stride(from: 0, to: a.shape[0], by: 512) {
        let block = a.slice(axis: 0, from: start, count: min(512, a.shape[0] - start))
        let products = block.matrixProduct(b, transposingOther: true)
        let columns = b.shape[0]
        products.withValues { values in
            for row in 0..<block.shape[0] {
                var sum = 0.0
                for column in 0..<columns where !skipsDiagonal || column != start + row {
                    let base = Double(values[row * columns + column] / width) + 1
                    sum += base * base * base
                }
                sums.append(sum)
            }
        }
    }
    return sums
}

/// The variance of an estimate by its values with one sample left out.
private func jackknifeVariance(_ values: [Double]) -> Double {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } * (count - 1) / count
}
