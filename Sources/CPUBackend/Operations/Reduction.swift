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
        let storage = block(shape.count, x.layout.ofReduced(shape))
        withExtendedLifetime(x.storage) {
            ck_reduce(
                kind.code, Int32(x.rank), order.map { x.shape[$0] }.wide, order.map { reduced[$0] }, x.pointer,
                storage.pointer)
        }
        return Tensor(shape: shape, storage: storage)
    }

    package func softmax(_ x: Tensor, logarithm: Bool) -> Tensor {
        let x = rowMajor(x)
        let storage = block(x.count)
        let width = x.shape[-1]
        withExtendedLifetime(x.storage) {
            let rows = Int64(x.count / max(width, 1))
            (logarithm ? ck_log_softmax : ck_softmax)(x.pointer, rows, Int64(width), storage.pointer)
        }
        return Tensor(shape: x.shape, storage: storage)
    }
}
