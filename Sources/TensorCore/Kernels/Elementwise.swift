import CKernels

extension Kernels {
    package static func unary(_ op: ck_unary_op, _ x: Tensor, _ a: Float = 0, _ b: Float = 0) -> Tensor {
        if let trace = Trace.of(x) { return trace.emit(.unary(op, a, b), [x], x.shape, x.layout) }
        let storage = Storage(count: x.count, layout: x.layout)
        withExtendedLifetime(x.storage) { ck_unary(op, x.pointer, storage.pointer, Int64(x.count), a, b) }
        return Tensor(shape: x.shape, storage: storage)
    }

    /// `op(x, y)` with broadcasting. The result lies as its full-sized operands do.
    package static func binary(_ op: ck_binary_op, _ x: Tensor, _ y: Tensor, _ a: Float = 0) -> Tensor {
        guard let shape = x.shape.broadcast(with: y.shape) else {
            preconditionFailure("shapes \(x.shape) and \(y.shape) do not fit together")
        }
        let layout = sharedLayout(x, y, shape: shape)
        let x = x.shape == shape ? arranged(x, layout) : x
        let y = y.shape == shape ? arranged(y, layout) : y
        if let trace = Trace.of(x, y) { return trace.emit(.binary(op, a), [x, y], shape, layout) }
        let storage = Storage(count: shape.count, layout: layout)
        withExtendedLifetime((x.storage, y.storage)) {
            if x.shape == y.shape {
                var (count, xStride, yStride) = (Int64(x.count), Int64(1), Int64(1))
                ck_binary(op, 1, &count, x.pointer, &xStride, y.pointer, &yStride, storage.pointer, a)
            } else {
                let rank = shape.rank
                withUnsafeTemporaryAllocation(of: Int64.self, capacity: 3 * rank) { scratch in
                    let extents = UnsafeMutableBufferPointer(rebasing: scratch[..<rank])
                    let xStrides = UnsafeMutableBufferPointer(rebasing: scratch[rank..<(2 * rank)])
                    let yStrides = UnsafeMutableBufferPointer(rebasing: scratch[(2 * rank)...])
                    for position in 0..<rank {
                        extents[position] = Int64(shape[layout.axis(at: position)])
                    }
                    x.writeBroadcastStrides(to: shape, layout, xStrides)
                    y.writeBroadcastStrides(to: shape, layout, yStrides)
                    ck_binary(
                        op, Int32(rank), extents.baseAddress, x.pointer, xStrides.baseAddress, y.pointer,
                        yStrides.baseAddress, storage.pointer, a)
                }
            }
        }
        return Tensor(shape: shape, storage: storage)
    }

    /// A gradient's values in a layout, and where a kernel writes as many that take their place: over them, if the
    /// gradient was handed over and nobody else holds it.
    static func successor(of gradient: consuming Tensor, _ layout: Layout) -> (values: Storage, target: Storage) {
        var values = arranged(gradient, layout).storage
        _ = consume gradient
        if isKnownUniquelyReferenced(&values) {
            values.renew()
            return (values, values)
        }
        return (values, Storage(count: values.count, layout: layout))
    }

    /// The gradient where `control` is positive, `slope` times it elsewhere.
    static func leakyGate(overwriting gradient: consuming Tensor, _ control: Tensor, slope: Float) -> Tensor {
        let (values, target) = successor(of: gradient, control.layout)
        withExtendedLifetime((values, control.storage)) {
            var (count, stride) = (Int64(control.count), Int64(1))
            ck_binary(
                CK_LEAKY_GATE, 1, &count, values.pointer, &stride, control.pointer, &stride, target.pointer, slope)
        }
        return Tensor(shape: control.shape, storage: target)
    }

    /// x + y of one shape, written over x if it was handed over and nobody else holds it.
    package static func sum(overwriting x: consuming Tensor, _ y: Tensor) -> Tensor {
        let shape = x.shape
        precondition(shape == y.shape, "sum: shapes \(shape) and \(y.shape)")
        var storage = x.storage
        _ = consume x
        guard isKnownUniquelyReferenced(&storage) else {
            return binary(CK_ADD, Tensor(shape: shape, storage: storage), y)
        }
        let y = arranged(y, storage.layout)
        storage.renew()
        withExtendedLifetime(y.storage) { ck_accumulate(y.pointer, storage.pointer, Int64(storage.count), 1) }
        return Tensor(shape: shape, storage: storage)
    }

    /// Per element `x` where the condition is not 0, else `y`; all of one shape.
    package static func select(_ condition: Tensor, _ x: Tensor, _ y: Tensor) -> Tensor {
        precondition(
            condition.shape == x.shape && x.shape == y.shape,
            "select: shapes \(condition.shape), \(x.shape), \(y.shape)")
        let (condition, x, y) = (arranged(condition, x.layout), x, arranged(y, x.layout))
        if let trace = Trace.of([condition, x, y]) {
            return trace.kernel("selection", [condition, x, y], x.shape, x.layout) { select($0[0], $0[1], $0[2]) }
        }
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
        if let trace = Trace.of(x) { return trace.kernel("broadcast", [x], shape) { broadcast($0[0], to: shape) } }
        let storage = Storage(count: shape.count)
        withExtendedLifetime(x.storage) {
            withUnsafeTemporaryAllocation(of: Int64.self, capacity: shape.rank) { strides in
                x.writeBroadcastStrides(to: shape, .plain, strides)
                ck_copy_strided(
                    Int32(shape.rank), shape.dimensions.wide, x.pointer, strides.baseAddress, storage.pointer)
            }
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

    private static func sharedLayout(_ x: Tensor, _ y: Tensor, shape: Shape) -> Layout {
        if x.layout == .channelsLast && x.shape == shape { return .channelsLast }
        return y.layout == .channelsLast && y.shape == shape ? .channelsLast : .plain
    }
}

extension Tensor {
    /// Strides with which this tensor is read at every position of a larger shape, 0 along repeated axes, in the order
    /// of axes of `layout`.
    fileprivate func writeBroadcastStrides(
        to shape: Shape, _ layout: Layout, _ strides: UnsafeMutableBufferPointer<Int64>
    ) {
        let missing = shape.rank - rank
        for axis in 0..<missing { strides[layout.position(of: axis)] = 0 }
        var dense = 1
        for position in (0..<rank).reversed() {
            let axis = self.layout.axis(at: position)
            let extent = self.shape[axis]
            let repeats = extent == 1 && shape[axis + missing] != 1
            strides[layout.position(of: axis + missing)] = repeats ? 0 : Int64(dense)
            dense *= extent
        }
    }
}
