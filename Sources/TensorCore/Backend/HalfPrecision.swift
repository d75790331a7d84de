/// Sixteen-bit formats of numbers in files.
package enum HalfPrecision: Sendable {
    /// IEEE 754 binary16.
    case half
    case bfloat16

    /// Numbers rounded to sixteen bits.
    package func narrow(_ values: UnsafeBufferPointer<Float>) -> [UInt16] {
        CurrentBackend.value.narrow(values, to: self)
    }

    /// Converts sixteen-bit numbers to floats.
    package func widen(_ words: [UInt16], into target: UnsafeMutableBufferPointer<Float>) {
        CurrentBackend.value.widen(words, from: self, into: target)
    }
}
