import CKernels
import Memory
import TensorCore

extension CPUBackend {
    package func unary(_ operation: UnaryOperation, _ x: Tensor) -> Tensor {
        let (code, a, b) = operation.code
        return unary(code, x, a, b)
    }

    package func activate(_ x: Tensor, _ activation: Activation) -> Tensor {
        switch activation {
        case .none: x
        case .relu: unary(CK_RELU, x, 0, 0)
        case .leakyReLU(let slope): unary(CK_LEAKY_RELU, x, slope, 0)
        case .prelu(let weights): prelu(x, weights: weights)
        case .tanh: unary(CK_TANH, x, 0, 0)
        case .sigmoid: unary(CK_SIGMOID, x, 0, 0)
        case .silu: unary(CK_SILU, x, 0, 0)
        case .mish: unary(CK_MISH, x, 0, 0)
        case .gelu: unary(CK_GELU, x, 0, 0)
        }
    }

    private func unary(_ code: ck_unary_op, _ x: Tensor, _ a: Float, _ b: Float) -> Tensor {
        let source = x.block
        return computed(x.shape, source.layout) {
            let target = try block(x.count, source.layout)
            try ck_unary(code, source.pointer, target.pointer, Int64(x.count), a, b)
            return Tensor(shape: x.shape, storage: target)
        }
    }

    /// The result has the layout of its full-sized operands.
    package func binary(_ operation: BinaryOperation, _ x: Tensor, _ y: Tensor) -> Tensor {
        guard let shape = x.shape.broadcast(with: y.shape) else {
            preconditionFailure("shapes \(x.shape) and \(y.shape) do not fit together")
        }
        let layout = Layout.ofResult(shape, of: (x.shape, x.layout), (y.shape, y.layout))
        let x = x.shape == shape ? arranged(x, layout) : x
        let y = y.shape == shape ? arranged(y, layout) : y
        let (code, a) = operation.code
        return computed(shape, layout) {
            let storage = try block(shape.count, layout)
            try withExtendedLifetime((x.storage, y.storage)) {
                let (first, second, target) = (try x.pointer, try y.pointer, try storage.pointer)
                if x.shape == y.shape {
                    var (count, xStride, yStride) = (Int64(x.count), Int64(1), Int64(1))
                    ck_binary(code, 1, &count, first, &xStride, second, &yStride, target, a)
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
                            code, Int32(rank), extents.baseAddress, first, xStrides.baseAddress, second,
                            yStrides.baseAddress, target, a)
                    }
                }
            }
            return Tensor(shape: shape, storage: storage)
        }
    }

    /// A gradient's values in a layout, and the memory for the values that replace them: the same memory, if the
    /// gradient was consumed and has no other reference.
    func successor(
        of gradient: consuming Tensor, _ layout: Layout
    ) throws(OutOfMemory) -> (values: CPUStorage, target: CPUStorage) {
        var values = arranged(gradient, layout).block
        _ = consume gradient
        if isKnownUniquelyReferenced(&values) {
            values.renew()
            return (values, values)
        }
        return (values, try block(values.count, layout))
    }

    package func leakyGate(overwriting gradient: consuming Tensor, _ control: Tensor, slope: Float) -> Tensor {
        do {
            let (values, target) = try successor(of: gradient, control.layout)
            try withExtendedLifetime((values, control.storage)) {
                var (count, stride) = (Int64(control.count), Int64(1))
                try ck_binary(
                    CK_LEAKY_GATE, 1, &count, values.pointer, &stride, control.pointer, &stride, target.pointer, slope)
            }
            return Tensor(shape: control.shape, storage: target)
        } catch {
            return missing(control.shape, control.layout, error)
        }
    }

    package func sum(overwriting x: consuming Tensor, _ y: Tensor) -> Tensor {
        let shape = x.shape
        precondition(shape == y.shape, "sum: shapes \(shape) and \(y.shape)")
        var storage = x.block
        _ = consume x
        guard isKnownUniquelyReferenced(&storage) else {
            return binary(.add, Tensor(shape: shape, storage: storage), y)
        }
        let y = arranged(y, storage.layout)
        storage.renew()
        do {
            try withExtendedLifetime(y.storage) {
                try ck_accumulate(y.pointer, storage.pointer, Int64(storage.count), 1)
            }
            return Tensor(shape: shape, storage: storage)
        } catch {
            return missing(shape, storage.layout, error)
        }
    }

    package func select(_ condition: Tensor, _ x: Tensor, _ y: Tensor) -> Tensor {
        precondition(
            condition.shape == x.shape && x.shape == y.shape,
            "select: shapes \(condition.shape), \(x.shape), \(y.shape)")
        let (condition, x, y) = (arranged(condition, x.layout), x, arranged(y, x.layout))
        return computed(x.shape, x.layout) {
            let storage = try block(x.count, x.layout)
            try withExtendedLifetime((condition.storage, x.storage, y.storage)) {
                try ck_select(condition.pointer, x.pointer, y.pointer, storage.pointer, Int64(x.count))
            }
            return Tensor(shape: x.shape, storage: storage)
        }
    }

    package func broadcast(_ x: Tensor, to shape: Shape) -> Tensor {
        if x.shape == shape { return x }
        precondition(x.shape.broadcast(with: shape) == shape, "broadcast: \(x.shape) does not fit \(shape)")
        return computed(shape) {
            let storage = try block(shape.count)
            try withExtendedLifetime(x.storage) {
                try withUnsafeTemporaryAllocation(of: Int64.self, capacity: shape.rank) { strides in
                    x.writeBroadcastStrides(to: shape, .plain, strides)
                    try ck_copy_strided(
                        Int32(shape.rank), shape.dimensions.wide, x.pointer, strides.baseAddress, storage.pointer)
                }
            }
            return Tensor(shape: shape, storage: storage)
        }
    }

    package func isFinite(_ x: Tensor) -> Bool {
        do {
            return try x.block.withGlance { ck_all_finite($0, Int64(x.count)) != 0 }
        } catch {
            note(error)
            return true
        }
    }

    package func dot(_ x: Tensor, _ y: Tensor) -> Double {
        let y = arranged(y, x.layout)
        var product = 0.0
        do {
            try withExtendedLifetime((x.storage, y.storage)) {
                try check(ck_dot(x.pointer, y.pointer, Int64(x.count), &product))
            }
        } catch { note(error) }
        return product
    }

    /// One pass with the kernel for epilogues.
    package func weightedSum(_ x: Tensor, scaledBy scale: Float, _ y: Tensor) -> Tensor {
        let y = arranged(y, x.layout)
        return computed(x.shape, x.layout) {
            let result = try block(x.count, x.layout)
            let channels = x.shape[1]
            try withExtendedLifetime((x.storage, y.storage)) {
                let added = ConvolutionEpilogue.Addend(try PixelArray(y.block, pixel: channels), scale: 1)
                try applyEpilogue(
                    ConvolutionEpilogue(scale: scale, added: [added]), PixelArray(x.block, pixel: channels),
                    pixels: x.count / channels, channels: channels, to: PixelArray(result, pixel: channels))
            }
            return Tensor(shape: x.shape, storage: result)
        }
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
