/// The numbers of a packet, one after the other.
struct NUTNumbers {
    private var rest: ArraySlice<UInt8>

    init(_ content: [UInt8]) { rest = content[...] }

    /// Whether nothing follows.
    var isAtEnd: Bool { rest.isEmpty }

    /// The next number.
    ///
    /// - Throws: ``NUTError``.
    mutating func next() throws -> Int {
        try NUTNumbers.number {
            guard let byte = rest.popFirst() else { throw NUTError.cutOff }
            return byte
        }
    }

    /// The next bytes.
    ///
    /// - Throws: ``NUTError``.
    mutating func bytes(_ count: Int) throws -> [UInt8] {
        guard count <= rest.count else { throw NUTError.cutOff }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    /// A number of any length, of at most 62 bits.
    static func number(_ byte: () throws -> UInt8) throws -> Int {
        var value = 0
        while true {
            let next = try byte()
            guard value < 1 << 55 else { throw NUTError("a number without end") }
            value = value << 7 | Int(next & 0x7F)
            if next < 0x80 { return value }
        }
    }

    /// Numbers with a sign: 0, 1, −1, 2, −2 …
    static func signed(_ number: Int) -> Int {
        let next = number + 1
        return next & 1 == 1 ? -(next >> 1) : next >> 1
    }
}

/// Bytes that come through a pipe, read in large blocks.
struct BufferedBytes {
    private let read: (UnsafeMutableRawBufferPointer) throws -> Int
    private var block = [UInt8](repeating: 0, count: 1 << 16)
    private var place = 0
    private var end = 0

    init(read: @escaping (UnsafeMutableRawBufferPointer) throws -> Int) { self.read = read }

    /// The next byte; nil at the end.
    mutating func byte() throws -> UInt8? {
        if place == end {
            (place, end) = (0, try block.withUnsafeMutableBytes { try read($0) })
            if end == 0 { return nil }
        }
        defer { place += 1 }
        return block[place]
    }

    /// The next number.
    mutating func number() throws -> Int {
        try NUTNumbers.number {
            guard let byte = try byte() else { throw NUTError.cutOff }
            return byte
        }
    }

    /// The eight bytes that a packet begins with, of which the first may have been read; nil at the end.
    mutating func startCode(after first: UInt8? = nil) throws -> UInt64? {
        var code = first.map { UInt64($0) } ?? 0
        for _ in first == nil ? 0..<8 : 0..<7 {
            guard let byte = try byte() else { return nil }
            code = code << 8 | UInt64(byte)
        }
        return code
    }

    /// The content of a packet, without its checksum.
    mutating func packet() throws -> [UInt8] {
        let count = try number()
        guard (4...1 << 26).contains(count) else { throw NUTError("a packet of \(count) bytes") }
        if count > 4096 { for _ in 0..<4 { _ = try byte() } }
        var content = [UInt8](repeating: 0, count: count)
        guard try content.withUnsafeMutableBytes({ try fill($0) }) else { throw NUTError.cutOff }
        return Array(content.dropLast(4))
    }

    /// Fills a buffer; false if the bytes do not suffice.
    mutating func fill(_ target: UnsafeMutableRawBufferPointer) throws -> Bool {
        var done = min(end - place, target.count)
        block.withUnsafeBytes { target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[place..<place + done])) }
        place += done
        while done < target.count {
            let count = try read(UnsafeMutableRawBufferPointer(rebasing: target[done...]))
            if count == 0 { return false }
            done += count
        }
        return true
    }
}
