import CKernels
import TensorCore

extension CPUBackend {
    package func reduce(_ kind: ReductionKind, _ x: Tensor, axes: [Int]) -> Tensor {
        var dimensions = x.shape.dimensions
        var reduced = [UInt8](repeating: 0, count: x.rank)
        for axis in axes {
            dimensions[axis] = 1
            reduced[axis] = 1
        }
        let order = x.layout.axes(rank: x.rank)
        let shape = Shape(dimensions)
        let layout = x.layout.ofReduced(shape)
        return computed(shape, layout) {
            let storage = try block(shape.count, layout)
            try withExtendedLifetime(x.storage) {
                try check(
                    ck_reduce(
                        kind.code, Int32(x.rank), order.map { x.shape[$0] }.wide, order.map { reduced[$0] }, x.pointer,
                        storage.pointer))
            }
            return Tensor(shape: shape, storage: storage)
        }
    }

    package func softmax(_ x: Tensor, logarithm: Bool) -> Tensor {
        let x = rowMajor(x)
        return computed(x.shape) {
            let storage = try block(x.count)
            let width = x.shape[-1]
            try withExtendedLifetime(x.storage) {
                let rows = Int64(x.count / max(width, 1))
                try (logarithm ? ck_log_softmax : ck_softmax)(x.pointer, rows, Int64(width), storage.pointer)
            }
            return Tensor(shape: x.shape, storage: storage)
        }
    }
}
