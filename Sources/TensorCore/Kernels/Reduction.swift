import CKernels

extension Kernels {
    /// Reduces the given axes to extent 1.
    package static func reduce(_ op: ck_reduction, _ x: Tensor, axes: [Int]) -> Tensor {
        var dimensions = x.shape.dimensions
        var reduced = [UInt8](repeating: 0, count: x.rank)
        for axis in axes {
            dimensions[axis] = 1
            reduced[axis] = 1
        }
        let order = x.layout.axes(rank: x.rank)
        let shape = Shape(dimensions)
        // A result that still spans both channels and pixels keeps the order of its input.
        let spans = x.layout == .channelsLast && shape[1] > 1 && shape[2] * shape[3] > 1
        let layout: Layout = spans ? .channelsLast : .plain
        if let trace = Trace.of(x) {
            return trace.kernel("reduction", [x], shape, layout) { reduce(op, $0[0], axes: axes) }
        }
        let storage = Storage(count: shape.count, layout: layout)
        withExtendedLifetime(x.storage) {
            ck_reduce(
                op, Int32(x.rank), order.map { x.shape[$0] }.wide, order.map { reduced[$0] }, x.pointer,
                storage.pointer)
        }
        return Tensor(shape: shape, storage: storage)
    }

    package static func softmax(_ x: Tensor, logarithm: Bool) -> Tensor {
        let x = plain(x)
        if let trace = Trace.of(x) {
            return trace.kernel("softmax", [x], x.shape) { softmax($0[0], logarithm: logarithm) }
        }
        let storage = Storage(count: x.count)
        let width = x.shape[-1]
        withExtendedLifetime(x.storage) {
            let rows = Int64(x.count / max(width, 1))
            (logarithm ? ck_log_softmax : ck_softmax)(x.pointer, rows, Int64(width), storage.pointer)
        }
        return Tensor(shape: x.shape, storage: storage)
    }
}
