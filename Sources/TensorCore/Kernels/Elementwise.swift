import CKernels

extension Kernels {
    package static func unary(_ op: ck_unary_op, _ x: Tensor, _ a: Float = 0, _ b: Float = 0) -> Tensor {
        let storage = Storage(count: x.count, layout: x.layout)
        withExtendedLifetime(x.storage) { ck_unary(op, x.pointer, storage.pointer, Int64(x.count), a, b) }
        return Tensor(shape: x.shape, storage: storage)
    }

    /// `op(x, y)` with broadcasting. The result lies as its full-sized operands do.
    package static func binary(_ op: ck_binary_op, _ x: Tensor, _ y: Tensor, _ a: Float = 0) -> Tensor {
        guard let shape = x.shape.broadcast(with: y.shape) else {
            preconditionFailure("shapes \(x.shape) and \(y.shape) do not fit together")
        }
        let layout = sharedLayout(of: [x, y], shape: shape)
        let x = x.shape == shape ? arranged(x, layout) : x
        let y = y.shape == shape ? arranged(y, layout) : y
        let storage = Storage(count: shape.count, layout: layout)
        withExtendedLifetime((x.storage, y.storage)) {
            if x.shape == y.shape {
                ck_binary(op, 1, [Int64(shape.count)], x.pointer, [1], y.pointer, [1], storage.pointer, a)
            } else {
                let axes = layout.axes(rank: shape.rank)
                let xStrides = x.broadcastStrides(to: shape)
                let yStrides = y.broadcastStrides(to: shape)
                ck_binary(
                    op, Int32(axes.count), axes.map { shape[$0] }.wide, x.pointer, axes.map { xStrides[$0] }.wide,
                    y.pointer, axes.map { yStrides[$0] }.wide, storage.pointer, a)
            }
        }
        return Tensor(shape: shape, storage: storage)
    }

    /// Per element `x` where the condition is not 0, else `y`; all of one shape.
    package static func select(_ condition: Tensor, _ x: Tensor, _ y: Tensor) -> Tensor {
        precondition(
            condition.shape == x.shape && x.shape == y.shape,
            "select: shapes \(condition.shape), \(x.shape), \(y.shape)")
        let (condition, x, y) = (arranged(condition, x.layout), x, arranged(y, x.layout))
        let storage = Storage(count: x.count, layout: x.layout)
        withExtendedLifetime((condition.storage, x.storage, y.storage)) {
            ck_select(condition.pointer, x.pointer, y.pointer, storage.pointer, Int64(x.count))
        }
        return Tensor(shape: x.shape, storage: storage)
    }

    /// `x` repeated to a larger shape.
    package static func broadcast(_ x: Tensor, to shape: Shape) -> Tensor {
        if x.shape == shape { return x }
        precondition(x.shape.broadcast(with: shape) == shape, "broadcast: \(x.shape) does not fit \(shape)")
        let storage = Storage(count: shape.count)
        withExtendedLifetime(x.storage) {
            ck_copy_strided(
                Int32(shape.rank), shape.dimensions.wide, x.pointer, x.broadcastStrides(to: shape).wide,
                storage.pointer)
        }
        return Tensor(shape: shape, storage: storage)
    }

    package static func isFinite(_ x: Tensor) -> Bool {
        withExtendedLifetime(x.storage) { ck_all_finite(x.pointer, Int64(x.count)) != 0 }
    }

    /// The sum of products of all elements of two tensors of one shape, accumulated in double.
    package static func dot(_ x: Tensor, _ y: Tensor) -> Double {
        precondition(x.shape == y.shape, "dot: shapes \(x.shape) and \(y.shape)")
        let y = arranged(y, x.layout)
        return withExtendedLifetime((x.storage, y.storage)) { ck_dot(x.pointer, y.pointer, Int64(x.count)) }
    }

    private static func sharedLayout(of operands: [Tensor], shape: Shape) -> Layout {
        operands.contains { $0.shape == shape && $0.layout == .channelsLast } ? .channelsLast : .plain
    }
}

extension Tensor {
    /// Strides with which this tensor is read at every position of a larger shape: 0 along repeated axes.
    fileprivate func broadcastStrides(to shape: Shape) -> [Int] {
        let own = strides
        let missing = shape.rank - rank
        return (0..<shape.rank).map { axis in
            axis < missing || (self.shape[axis - missing] == 1 && shape[axis] != 1) ? 0 : own[axis - missing]
        }
    }
}
