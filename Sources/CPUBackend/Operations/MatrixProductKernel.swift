import CKernels
import Memory
import TensorCore

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

    init(_ sizes: MatrixProductSizes) {
        self.init(
            batch: sizes.batch, rows: sizes.rows, columns: sizes.columns, inner: sizes.inner,
            leftTransposed: sizes.isLeftTransposed, rightTransposed: sizes.isRightTransposed,
            leftShared: sizes.isLeftShared, rightShared: sizes.isRightShared)
    }
}

package enum MatrixProductKernel {
    /// output = left · right, or output += left · right.
    ///
    /// - Throws: `OutOfMemory`.
    package static func multiply(
        _ geometry: MatrixProductGeometry, _ precision: KernelPrecision = .float32,
        left: UnsafePointer<Float>, right: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>, accumulate: Bool = false
    ) throws(OutOfMemory) {
        let g = geometry
        guard g.batch > 0, g.rows > 0, g.columns > 0 else { return }
        var sizes = ck_product_sizes(
            batch: Int64(g.batch), rows: Int64(g.rows), columns: Int64(g.columns), inner: Int64(g.inner),
            left_row: Int64(g.leftTransposed ? 1 : g.leftStride),
            left_inner: Int64(g.leftTransposed ? g.leftStride : 1), left_batch: Int64(g.leftBatchStride),
            right_inner: Int64(g.rightTransposed ? 1 : g.rightStride),
            right_column: Int64(g.rightTransposed ? g.rightStride : 1), right_batch: Int64(g.rightBatchStride),
            output_row: Int64(g.outputStride), output_batch: Int64(g.outputBatchStride))
        let multiply = precision == .bfloat16 ? ck_matrix_product_bfloat16 : ck_matrix_product
        if multiply(&sizes, left, right, output, accumulate ? 1 : 0) != 0 { throw .last }
    }
}
