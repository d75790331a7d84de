/// Sixteen-bit numbers as files keep them.
package enum HalfPrecision: Sendable {
    /// IEEE 754 binary16.
    case half
    case bfloat16

    /// Numbers rounded to sixteen bits.
    package func narrow(_ values: UnsafeBufferPointer<Float>) -> [UInt16] {
        CurrentBackend.value.narrow(values, to: self)
    }

    /// Sixteen-bit numbers as what they stand for.
    package func widen(_ words: [UInt16], into target: UnsafeMutableBufferPointer<Float>) {
        CurrentBackend.value.widen(words, from: self, into: target)
    }
}
