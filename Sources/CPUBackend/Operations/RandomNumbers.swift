import CKernels
import TensorCore

extension CPUBackend {
    package func normal(_ shape: Shape, from position: RandomPosition) -> Tensor {
        computed(shape) {
            let storage = try block(shape.count)
            try ck_philox_normal(position.seed, position.stream, position.offset, storage.pointer, Int64(shape.count))
            return Tensor(shape: shape, storage: storage)
        }
    }

    package func uniform(_ shape: Shape, from position: RandomPosition) -> Tensor {
        computed(shape) {
            let storage = try block(shape.count)
            try ck_philox_uniform(position.seed, position.stream, position.offset, storage.pointer, Int64(shape.count))
            return Tensor(shape: shape, storage: storage)
        }
    }

    package func randomBits(_ count: Int, from position: RandomPosition) -> [UInt32] {
        var bits = [UInt32](repeating: 0, count: count)
        ck_philox_bits(position.seed, position.stream, position.offset, &bits, Int64(count))
        return bits
    }
}
