extension Tensor {
    /// The matrix product over the last two axes, repeated over the axes before them with broadcasting:
    /// `[…, m, k] · […, k, n] → […, m, n]`.
    ///
    /// - Parameters:
    ///   - other: the right factor.
    ///   - transposingSelf: read this tensor as `[…, k, m]`.
    ///   - transposingOther: read the other as `[…, n, k]`.
    ///   - precision: the arithmetic, of the gradients as well.
    public func matrixProduct(
        _ other: Tensor, transposingSelf: Bool = false, transposingOther: Bool = false,
        precision: Precision = .float32
    ) -> Tensor {
        precondition(rank >= 2 && other.rank >= 2, "matrixProduct: shapes \(shape) and \(other.shape)")
        let rows = shape[transposingSelf ? -1 : -2]
        let inner = shape[transposingSelf ? -2 : -1]
        let columns = other.shape[transposingOther ? -2 : -1]
        precondition(
            other.shape[transposingOther ? -1 : -2] == inner, "matrixProduct: shapes \(shape) and \(other.shape)")
        let leading = Shape(Array(shape.dimensions.dropLast(2)))
        let otherLeading = Shape(Array(other.shape.dimensions.dropLast(2)))
        guard let batch = leading.broadcast(with: otherLeading) else {
            preconditionFailure("matrixProduct: shapes \(shape) and \(other.shape) do not fit together")
        }
        // A matrix that the whole batch uses is not copied; other repetitions are.
        func fitted(_ x: Tensor, _ leading: Shape) -> Tensor {
            leading.count == 1 || leading == batch ? x : x.broadcast(to: batch + x.shape.suffix(2))
        }
        let (left, right) = (fitted(self, leading), fitted(other, otherLeading))
        let sizes = MatrixProductSizes(
            batch: batch.count, rows: rows, columns: columns, inner: inner, isLeftTransposed: transposingSelf,
            isRightTransposed: transposingOther, isLeftShared: left.count == rows * inner && batch.count > 1,
            isRightShared: right.count == columns * inner && batch.count > 1)
        let value = Tensor.backend(left, right)
            .matrixProduct(sizes, left, right, shape: batch + Shape([rows, columns]), precision)
        return .record(.matrixProduct, value, inputs: [left, right], saving: [left, right]) { p in
            let (a, b, g) = (p.saved[0], p.saved[1], p.gradient)
            var da: Tensor?
            var db: Tensor?
            if p.wanted[0] {
                da =
                    transposingSelf
                    ? b.matrixProduct(
                        g, transposingSelf: transposingOther, transposingOther: true, precision: precision)
                    : g.matrixProduct(b, transposingOther: !transposingOther, precision: precision)
            }
            if p.wanted[1] {
                db =
                    transposingOther
                    ? g.matrixProduct(
                        a, transposingSelf: true, transposingOther: transposingSelf, precision: precision)
                    : a.matrixProduct(g, transposingSelf: !transposingSelf, precision: precision)
            }
            return [da?.summed(to: a.shape), db?.summed(to: b.shape)]
        }
    }
}

extension Shape {
    fileprivate func suffix(_ count: Int) -> Shape { Shape(Array(dimensions.suffix(count))) }
    fileprivate static func + (a: Shape, b: Shape) -> Shape { Shape(a.dimensions + b.dimensions) }
}
