/// The sizes of a batch of matrix products `output[b] = left[b] · right[b]`.
package struct MatrixProductSizes: Hashable, Sendable {
    package var batch: Int
    /// Rows of the output, columns of the output, and the length of the sums.
    package var rows: Int
    package var columns: Int
    package var inner: Int
    /// Whether `left` is given as `[inner, rows]` instead of `[rows, inner]`.
    package var isLeftTransposed: Bool
    /// Whether `right` is given as `[columns, inner]` instead of `[inner, columns]`.
    package var isRightTransposed: Bool
    /// Whether one matrix serves the whole batch.
    package var isLeftShared: Bool
    package var isRightShared: Bool

    package init(
        batch: Int = 1, rows: Int, columns: Int, inner: Int, isLeftTransposed: Bool = false,
        isRightTransposed: Bool = false, isLeftShared: Bool = false, isRightShared: Bool = false
    ) {
        (self.batch, self.rows, self.columns, self.inner) = (batch, rows, columns, inner)
        (self.isLeftTransposed, self.isRightTransposed) = (isLeftTransposed, isRightTransposed)
        (self.isLeftShared, self.isRightShared) = (isLeftShared, isRightShared)
    }
}
