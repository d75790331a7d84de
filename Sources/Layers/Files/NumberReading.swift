import Files
import TensorCore

extension NumberType {
    /// Converts little-endian numbers at any address to float32, to fill the target.
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
        // Files have no alignment, but the kernel needs aligned words.
        let most = 1 << 16
        for start in stride(from: 0, to: target.count, by: most) {
            let part = start..<min(start + most, target.count)
            let words = [UInt16](unsafeUninitializedCapacity: part.count) { buffer, count in
                UnsafeMutableRawBufferPointer(buffer).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: bytes[(2 * part.lowerBound)..<(2 * part.upperBound)]))
                count = part.count
            }
            kind.widen(words, into: UnsafeMutableBufferPointer(rebasing: target[part]))
        }
    }
}
