import CKernels

/// Sixteen-bit numbers as files keep them.
package enum HalfPrecision: Sendable {
    /// IEEE 754 binary16.
    case half
    case bfloat16

    package func narrow(_ values: UnsafeBufferPointer<Float>, into target: UnsafeMutablePointer<UInt16>) {
        guard let source = values.baseAddress else { return }
        switch self {
        case .half: ck_float_to_half(source, target, Int64(values.count))
        case .bfloat16: ck_float_to_bfloat16(source, target, Int64(values.count))
        }
    }

    package func widen(_ source: UnsafePointer<UInt16>, into target: UnsafeMutableBufferPointer<Float>) {
        guard let values = target.baseAddress else { return }
        switch self {
        case .half: ck_half_to_float(source, values, Int64(target.count))
        case .bfloat16: ck_bfloat16_to_float(source, values, Int64(target.count))
        }
    }
}
