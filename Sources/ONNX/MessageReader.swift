import Files

/// Reads a protocol buffer's message field by field from a part of a file. Contents that are not asked for are skipped.
struct MessageReader {
    /// The value of a field.
    enum Value {
        case number(UInt64)
        /// Bytes of the file: a message, a text, packed numbers, or contents.
        case bytes(Range<Int>)
    }

    private let input: BufferedBytes
    private(set) var position: Int
    private let end: Int

    init(_ input: BufferedBytes, _ range: Range<Int>) {
        (self.input, position, end) = (input, range.lowerBound, range.upperBound)
    }

    private func malformed(_ reason: String) -> FileFormatError {
        .malformed(reason, .init(part: nil, offset: position))
    }

    /// The next field; nil at the end of the message.
    mutating func next() throws(FileFormatError) -> (field: Int, value: Value)? {
        guard position < end else { return nil }
        let tag = try varint()
        guard tag >> 3 > 0, tag >> 3 < 1 << 29 else { throw malformed("a field without a number") }
        let value: Value
        switch tag & 7 {
        case 0: value = .number(try varint())
        case 1: value = .number(try fixed(8))
        case 2:
            let length = try varint()
            guard length <= UInt64(end - position) else {
                throw .truncated(.init(part: nil, offset: position))
            }
            value = .bytes(position..<position + Int(length))
            position += Int(length)
        case 5: value = .number(try fixed(4))
        default: throw malformed("a field of an unknown form")
        }
        return (Int(tag >> 3), value)
    }

    private mutating func byte() throws(FileFormatError) -> UInt8 {
        guard position < end else { throw .truncated(.init(part: nil, offset: position)) }
        defer { position += 1 }
        return try input.byte(at: position)
    }

    private mutating func varint() throws(FileFormatError) -> UInt64 {
        var result: UInt64 = 0
        for shift in stride(from: 0 as UInt64, to: 70, by: 7) {
            let byte = try byte()
            // Of the tenth byte, one bit is left.
            guard shift < 63 || byte <= 1 else { break }
            result |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return result }
        }
        throw malformed("a number of more than 64 bits")
    }

    private mutating func fixed(_ size: Int) throws(FileFormatError) -> UInt64 {
        var result: UInt64 = 0
        for index in 0..<size { result |= UInt64(try byte()) << UInt64(8 * index) }
        return result
    }

    /// The numbers of a packed field.
    static func varints(
        _ input: BufferedBytes, _ range: Range<Int>, limit: Int
    ) throws(FileFormatError) -> [UInt64] {
        var reader = MessageReader(input, range)
        var numbers: [UInt64] = []
        while reader.position < reader.end {
            guard numbers.count < limit else { throw reader.malformed("a list of more than \(limit) numbers") }
            numbers.append(try reader.varint())
        }
        return numbers
    }
}

/// Bytes of a file by position, read in blocks.
final class BufferedBytes {
    let source: ByteSource
    private var block: [UInt8] = []
    private var start = 0
    private static let size = 1 << 16

    init(_ source: ByteSource) { self.source = source }

    func byte(at position: Int) throws(FileFormatError) -> UInt8 {
        if position < start || position >= start + block.count {
            start = position
            block = try source.bytes(at: position, upTo: Self.size)
        }
        let index = position - start
        guard index < block.count else { throw .truncated(.init(part: nil, offset: position)) }
        return block[index]
    }

    func bytes(_ range: Range<Int>) throws(FileFormatError) -> [UInt8] {
        let (first, last) = (range.lowerBound - start, range.upperBound - start)
        if first >= 0, last <= block.count { return Array(block[first..<last]) }
        return try source.bytes(at: range.lowerBound, count: range.count)
    }
}
