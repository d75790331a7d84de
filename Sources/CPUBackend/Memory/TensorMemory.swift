import CKernels
import Memory
import TensorCore

// The memory layout of this backend's tensors, and its conversion.

extension Tensor {
    /// The block that holds the values.
    @inline(__always) package var block: CPUStorage { CPUStorage.of(storage) }

    /// - Throws: `OutOfMemory` if there are no values.
    package var pointer: UnsafePointer<Float> { get throws(OutOfMemory) { UnsafePointer(try block.pointer) } }
    package var layout: Layout { block.layout }

    /// Element strides in the logical order of axes.
    package var strides: [Int] {
        guard layout == .channelsLast else { return shape.strides }
        let (c, h, w) = (shape[1], shape[2], shape[3])
        return [h * w * c, 1, w * c, c]
    }
}

extension Array where Element == Int {
    package var wide: [Int64] { map(Int64.init) }
}

extension CPUBackend {
    /// Memory for a result.
    func block(_ count: Int, _ layout: Layout = .plain) throws(OutOfMemory) -> CPUStorage {
        try CPUStorage(count: count, layout: layout, backend: self)
    }

    package func full(_ shape: Shape, _ value: Float) -> Tensor {
        computed(shape) {
            let storage = try block(shape.count)
            try ck_fill(storage.pointer, Int64(storage.count), value)
            return Tensor(shape: shape, storage: storage)
        }
    }

    package func tensor(
        _ shape: Shape, writing: (UnsafeMutableBufferPointer<Float>) throws -> Void
    ) rethrows -> Tensor {
        let storage: CPUStorage
        let values: UnsafeMutablePointer<Float>
        do {
            storage = try block(shape.count)
            values = try storage.pointer
        } catch { return missing(shape, .plain, error) }
        try writing(UnsafeMutableBufferPointer(start: values, count: storage.count))
        return Tensor(shape: shape, storage: storage)
    }

    package func deferred(
        _ shape: Shape, writing: @escaping @Sendable (UnsafeMutableBufferPointer<Float>) throws -> Void
    ) -> Tensor {
        let values = DeferredValues(count: shape.count, write: writing)
        return Tensor(shape: shape, storage: CPUStorage(deferring: values, backend: self))
    }

    package func withValues<Result>(
        of x: Tensor, _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) rethrows -> Result {
        let plain = rowMajor(x)
        return try withExtendedLifetime(plain.storage) {
            let values: UnsafePointer<Float>
            do { values = try plain.pointer } catch { return try withZeros(plain.count, error, body) }
            return try body(UnsafeBufferPointer(start: values, count: plain.count))
        }
    }

    package func rowMajor(_ x: Tensor) -> Tensor { arranged(x, .plain) }

    package func makeWritable(_ x: inout Tensor) -> UnsafeMutableBufferPointer<Float>? {
        let shape = x.shape
        do {
            let (old, new) = try successor(of: consume x, .plain)
            x = Tensor(shape: shape, storage: new)
            let values = try new.pointer
            if old !== new {
                try withExtendedLifetime(old) { values.update(from: try old.pointer, count: old.count) }
            }
            return UnsafeMutableBufferPointer(start: values, count: new.count)
        } catch {
            x = missing(shape, .plain, error)
            return nil
        }
    }

    /// The same values of a four-dimensional tensor with the channels running fastest.
    package func channelsLast(_ x: Tensor) -> Tensor { arranged(x, .channelsLast) }

    /// The same values in a layout.
    package func arranged(_ x: Tensor, _ layout: Layout) -> Tensor {
        x.layout == layout ? x : reordered(x, to: layout)
    }

    private func reordered(_ x: Tensor, to layout: Layout) -> Tensor {
        precondition(x.rank == 4, "channels-last needs four axes, not \(x.shape)")
        return computed(x.shape, layout) {
            let target = try block(x.count, layout)
            let order = layout.axes(rank: 4)
            let strides = x.strides
            try withExtendedLifetime(x.storage) {
                try ck_copy_strided(
                    4, order.map { x.shape[$0] }.wide, x.pointer, order.map { strides[$0] }.wide, target.pointer)
            }
            return Tensor(shape: x.shape, storage: target)
        }
    }
}
