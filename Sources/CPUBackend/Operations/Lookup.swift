import CKernels
import Memory
import TensorCore

extension CPUBackend {
    package func gatherRows(_ x: Tensor, _ list: IndexList) -> Tensor {
        let x = rowMajor(x)
        let width = x.count / max(x.shape[0], 1)
        let shape = x.shape.replacing(0, with: list.indices.count)
        return computed(shape) {
            let storage = try block(shape.count)
            try withExtendedLifetime(x.storage) {
                try ck_gather_rows(x.pointer, Int64(width), list.indices, Int64(list.indices.count), storage.pointer)
            }
            return Tensor(shape: shape, storage: storage)
        }
    }

    /// Sorts whole numbers whose upper half has the order of the values, and whose lower half is the position.
    package func ascendingPositions(_ x: Tensor) -> Tensor {
        let x = rowMajor(x)
        let width = max(x.shape[-1], 1)
        return computed(x.shape) {
            let storage = try block(x.count)
            let (source, target) = (try x.pointer, try storage.pointer)
            var keys = try [Int64](allocating: width, repeating: 0)
            for row in stride(from: 0, to: x.count, by: width) {
                for position in 0..<width {
                    // Negative numbers descend in their bits; −0 is 0.
                    let bits = Int32(bitPattern: (source[row + position] + 0).bitPattern)
                    keys[position] = Int64(bits < 0 ? ~bits ^ .min : bits) << 32 | Int64(position)
                }
                keys.sort()
                for (position, key) in keys.enumerated() { target[row + position] = Float(key & 0xFFFF_FFFF) }
            }
            return withExtendedLifetime(x.storage) { Tensor(shape: x.shape, storage: storage) }
        }
    }

    package func scatterRows(_ x: Tensor, _ list: IndexList, rows: Int) -> Tensor {
        let x = rowMajor(x)
        let width = x.count / max(x.shape[0], 1)
        let shape = x.shape.replacing(0, with: rows)
        return computed(shape) {
            let storage = try block(shape.count)
            try withExtendedLifetime(x.storage) {
                try ck_scatter_rows(
                    x.pointer, Int64(width), list.indices, Int64(list.indices.count), storage.pointer, Int64(rows))
            }
            return Tensor(shape: shape, storage: storage)
        }
    }

    package func maxPool(
        _ x: Tensor, window: Int, stride: Int, padding: Int
    ) -> (values: Tensor, positions: IndexList) {
        let x = rowMajor(x)
        let (h, w) = (x.shape[2], x.shape[3])
        let outH = (h + 2 * padding - window) / stride + 1
        let outW = (w + 2 * padding - window) / stride + 1
        let shape: Shape = [x.shape[0], x.shape[1], outH, outW]
        do {
            let storage = try block(shape.count)
            let indices = try [Int32](allocating: shape.count) { buffer in
                try withExtendedLifetime(x.storage) {
                    try ck_max_pool(
                        x.pointer, Int64(x.shape[0] * x.shape[1]), Int64(h), Int64(w), Int32(window), Int32(window),
                        Int32(stride), Int32(stride), Int32(padding), Int32(padding), Int64(outH), Int64(outW),
                        storage.pointer, buffer.baseAddress)
                }
            }
            return (Tensor(shape: shape, storage: storage), IndexList(indices))
        } catch {
            return (missing(shape, .plain, error), IndexList([]))
        }
    }
}
