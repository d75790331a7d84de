import CKernels

/// Positions to read from or add to, shared between an operation and its adjoint.
package final class IndexList: Sendable {
    package let indices: [Int32]
    package init(_ indices: [Int32]) { self.indices = indices }
}

extension Kernels {
    /// Rows of `x` along its first axis.
    package static func gatherRows(_ x: Tensor, _ list: IndexList) -> Tensor {
        let x = plain(x)
        let width = x.count / max(x.shape[0], 1)
        let shape = x.shape.replacing(0, with: list.indices.count)
        if let trace = Trace.of(x) { return trace.kernel("rows", [x], shape) { gatherRows($0[0], list) } }
        let storage = Storage(count: shape.count)
        withExtendedLifetime(x.storage) {
            ck_gather_rows(x.pointer, Int64(width), list.indices, Int64(list.indices.count), storage.pointer)
        }
        return Tensor(shape: shape, storage: storage)
    }

    /// A tensor of `rows` rows in which row `list[i]` is the sum of the rows `i` of `x` sent there.
    package static func scatterRows(_ x: Tensor, _ list: IndexList, rows: Int) -> Tensor {
        let x = plain(x)
        let width = x.count / max(x.shape[0], 1)
        let shape = x.shape.replacing(0, with: rows)
        let storage = Storage(count: shape.count)
        withExtendedLifetime(x.storage) {
            ck_scatter_rows(
                x.pointer, Int64(width), list.indices, Int64(list.indices.count), storage.pointer, Int64(rows))
        }
        return Tensor(shape: shape, storage: storage)
    }

    /// The largest value of each window, and where in the row-major input it stands.
    package static func maxPool(
        _ x: Tensor, window: (Int, Int), stride: (Int, Int), padding: (Int, Int)
    ) -> (Tensor, IndexList) {
        let x = plain(x)
        let (h, w) = (x.shape[2], x.shape[3])
        let outH = (h + 2 * padding.0 - window.0) / stride.0 + 1
        let outW = (w + 2 * padding.1 - window.1) / stride.1 + 1
        let shape: Shape = [x.shape[0], x.shape[1], outH, outW]
        if let trace = Trace.of(x) {
            let values = trace.kernel("maximum of windows", [x], shape) {
                maxPool($0[0], window: window, stride: stride, padding: padding).0
            }
            return (values, IndexList([]))
        }
        let storage = Storage(count: shape.count)
        let indices = [Int32](unsafeUninitializedCapacity: shape.count) { buffer, initialized in
            withExtendedLifetime(x.storage) {
                ck_max_pool(
                    x.pointer, Int64(x.shape[0] * x.shape[1]), Int64(h), Int64(w), Int32(window.0), Int32(window.1),
                    Int32(stride.0), Int32(stride.1), Int32(padding.0), Int32(padding.1), Int64(outH), Int64(outW),
                    storage.pointer, buffer.baseAddress)
            }
            initialized = shape.count
        }
        return (Tensor(shape: shape, storage: storage), IndexList(indices))
    }
}
