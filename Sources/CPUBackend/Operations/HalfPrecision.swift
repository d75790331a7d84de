import CKernels
import TensorCore

extension CPUBackend {
    package func narrow(_ values: UnsafeBufferPointer<Float>, to kind: HalfPrecision) -> [UInt16] {
        [UInt16](unsafeUninitializedCapacity: values.count) { buffer, count in
            count = values.count
            guard let source = values.baseAddress, let target = buffer.baseAddress else { return }
            switch kind {
            case .half: ck_float_to_half(source, target, Int64(values.count))
            case .bfloat16: ck_float_to_bfloat16(source, target, Int64(values.count))
            }
        }
    }

    package func widen(
        _ words: [UInt16], from kind: HalfPrecision, into target: UnsafeMutableBufferPointer<Float>
    ) {
        guard let values = target.baseAddress else { return }
        switch kind {
        case .half: ck_half_to_float(words, values, Int64(target.count))
        case .bfloat16: ck_bfloat16_to_float(words, values, Int64(target.count))
        }
    }
}
