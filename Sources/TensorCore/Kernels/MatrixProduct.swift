/// The sizes of a batch of matrix products `output[b] = left[b] · right[b]`, all row-major.
package struct MatrixProductGeometry: Hashable, Sendable {
    package var batch: Int
    /// Rows of the output, columns of the output, and the length of the sums.
    package var rows: Int
    package var columns: Int
    package var inner: Int
    /// Whether `left` is stored `[inner, rows]` instead of `[rows, inner]`.
    package var leftTransposed: Bool
    /// Whether `right` is stored `[columns, inner]` instead of `[inner, columns]`.
    package var rightTransposed: Bool
    /// Elements from one stored row to the next.
    package var leftStride: Int
    package var rightStride: Int
    package var outputStride: Int
    /// Elements from one matrix of the batch to the next; 0 uses the same matrix for all.
    package var leftBatchStride: Int
    package var rightBatchStride: Int
    package var outputBatchStride: Int

    /// Densely stored matrices; `leftShared` and `rightShared` say that one matrix serves the whole batch.
    package init(
        batch: Int = 1, rows: Int, columns: Int, inner: Int,
        leftTransposed: Bool = false, rightTransposed: Bool = false,
        leftShared: Bool = false, rightShared: Bool = false
    ) {
        self.batch = batch
        self.rows = rows
        self.columns = columns
        self.inner = inner
        self.leftTransposed = leftTransposed
        self.rightTransposed = rightTransposed
        leftStride = leftTransposed ? rows : inner
        rightStride = rightTransposed ? inner : columns
        outputStride = columns
        leftBatchStride = leftShared ? 0 : rows * inner
        rightBatchStride = rightShared ? 0 : inner * columns
        outputBatchStride = rows * columns
    }
}

package enum MatrixProductKernel {
    /// output = left · right, or output += left · right.
    package static func multiply(
        _ geometry: MatrixProductGeometry,
        left: UnsafePointer<Float>, right: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>, accumulate: Bool = false
    ) {
        let g = geometry
        for b in 0..<g.batch {
            let a = left + b * g.leftBatchStride
            let r = right + b * g.rightBatchStride
            let c = output + b * g.outputBatchStride
            for i in 0..<g.rows {
                for j in 0..<g.columns {
                    var sum: Float = accumulate ? c[i * g.outputStride + j] : 0
                    for k in 0..<g.inner {
                        sum +=
                            a[g.leftTransposed ? k * g.leftStride + i : i * g.leftStride + k]
                            * r[g.rightTransposed ? j * g.rightStride + k : k * g.rightStride + j]
                    }
                    c[i * g.outputStride + j] = sum
                }
            }
        }
    }
}
