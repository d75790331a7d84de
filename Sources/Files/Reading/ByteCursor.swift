/// Reads little-endian numbers and bytes in order; reading past the end throws.
package struct ByteCursor {
    package let bytes: [UInt8]
    package private(set) var position: Int
    /// The name of the part, for errors.
    private let part: String?
    /// The offset of `bytes` in the part.
    private let base: Int

    package init(_ bytes: [UInt8], at position: Int = 0, part: String? = nil, base: Int = 0) {
        self.bytes = bytes
        self.position = position
        self.part = part
        self.base = base
    }

    package var remaining: Int { bytes.count - position }
    package var place: FilePlace { place(at: position) }
    package func place(at position: Int) -> FilePlace { .init(part: part, offset: base + position) }

    /// - Throws: `truncated` if fewer bytes are left; checked before anything is allocated.
    package mutating func take(_ count: Int) throws(FileFormatError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else {
            throw FileFormatError.truncated(place(at: bytes.count))
        }
        defer { position += count }
        return bytes[position..<position + count]
    }

    /// Reads a length, which must not exceed the remaining bytes.
    package mutating func takeLength(_ size: Int) throws(FileFormatError) -> Int {
        let value = try takeUnsigned(size)
        guard value <= UInt64(remaining) else {
            throw FileFormatError.truncated(place(at: bytes.count))
        }
        return Int(value)
    }

    package mutating func takeUnsigned(_ size: Int) throws(FileFormatError) -> UInt64 {
        try take(size).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    package mutating func takeByte() throws(FileFormatError) -> UInt8 {
        guard position < bytes.count else { throw FileFormatError.truncated(place) }
        defer { position += 1 }
        return bytes[position]
    }

    /// The bytes up to a line feed, which is skipped.
    package mutating func takeLine() throws(FileFormatError) -> ArraySlice<UInt8> {
        guard let end = bytes[position...].firstIndex(of: 0x0A) else {
            throw FileFormatError.truncated(place(at: bytes.count))
        }
        defer { position = end + 1 }
        return bytes[position..<end]
    }
}
