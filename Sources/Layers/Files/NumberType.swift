import TensorCore

/// Kinds of numbers in files of weights, by their names in safetensors headers. All of them become float32.
package enum NumberType: String, Sendable, Hashable, CaseIterable {
    case float64 = "F64"
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case int64 = "I64"
    case int32 = "I32"
    case int16 = "I16"
    case int8 = "I8"
    case uint8 = "U8"
    case bool = "BOOL"

    /// Bytes of a number.
    package var size: Int {
        switch self {
        case .float64, .int64: 8
        case .float32, .int32: 4
        case .float16, .bfloat16, .int16: 2
        case .int8, .uint8, .bool: 1
        }
    }

    /// Turns little-endian numbers at any address into float32, as many as the target holds.
    package func read(_ bytes: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>) {
        switch self {
        case .float32:
            UnsafeMutableRawBufferPointer(target).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: bytes[..<(4 * target.count)]))
        case .float16: widen(bytes, .half, into: target)
        case .bfloat16: widen(bytes, .bfloat16, into: target)
        case .float64:
            for i in target.indices { target[i] = Float(bytes.loadUnaligned(fromByteOffset: 8 * i, as: Double.self)) }
        case .int64:
            for i in target.indices { target[i] = Float(bytes.loadUnaligned(fromByteOffset: 8 * i, as: Int64.self)) }
        case .int32:
            for i in target.indices { target[i] = Float(bytes.loadUnaligned(fromByteOffset: 4 * i, as: Int32.self)) }
        case .int16:
            for i in target.indices { target[i] = Float(bytes.loadUnaligned(fromByteOffset: 2 * i, as: Int16.self)) }
        case .int8:
            for i in target.indices { target[i] = Float(bytes.loadUnaligned(fromByteOffset: i, as: Int8.self)) }
        case .uint8, .bool:
            for i in target.indices { target[i] = Float(bytes[i]) }
        }
    }

    private func widen(
        _ bytes: UnsafeRawBufferPointer, _ kind: HalfPrecision, into target: UnsafeMutableBufferPointer<Float>
    ) {
        // The file aligns nothing; the kernel wants whole words.
        let words = [UInt16](unsafeUninitializedCapacity: target.count) { buffer, count in
            UnsafeMutableRawBufferPointer(buffer).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: bytes[..<(2 * target.count)]))
            count = target.count
        }
        kind.widen(words, into: target)
    }
}
