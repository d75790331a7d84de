import Memory

extension Image.Samples {
    /// Samples of 8 or 16 bits, written by a closure.
    ///
    /// - Throws: `OutOfMemory`, and what the closure throws.
    init(allocating bytes: Int, bits: Int, _ write: (UnsafeMutableRawPointer?) throws -> Void) throws {
        if bits == 16 {
            self = .bits16(try [UInt16](allocating: bytes / 2) { try write($0.baseAddress) })
        } else {
            self = .bits8(try [UInt8](allocating: bytes) { try write($0.baseAddress) })
        }
    }
}
