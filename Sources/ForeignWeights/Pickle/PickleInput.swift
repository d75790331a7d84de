import Files

/// The bytes of a pickle in order. Of a large file, only a window is in memory.
struct PickleInput {
    /// What the pickle is read from.
    let source: ByteSource
    /// The offset of the next byte in the source.
    private(set) var position: Int
    /// The name of the part, for errors.
    private let part: String?
    private let end: Int
    private var window: [UInt8] = []
    private var windowStart: Int

    /// How many bytes are read at once, and how many a text may have.
    private static let (windowSize, longestText) = (1 << 16, 64 << 20)

    /// - Parameters:
    ///   - range: where in the source the pickle may lie; nil for all of it.
    ///   - part: the name of what the source holds.
    init(_ source: ByteSource, in range: Range<Int>? = nil, part: String? = nil) {
        self.source = source
        self.part = part
        position = range?.lowerBound ?? 0
        end = range?.upperBound ?? source.size
        windowStart = position
    }

    /// The same bytes from another offset on.
    ///
    /// - Parameter position: nil for where this one stands.
    func starting(at position: Int?) -> PickleInput {
        position.map { PickleInput(source, in: min($0, end)..<end, part: part) } ?? self
    }

    /// The place of the next byte.
    var place: FilePlace { FilePlace(part: part, offset: position) }

    private var truncated: FileFormatError { .truncated(FilePlace(part: part, offset: end)) }

    /// - Throws: `truncated` if fewer bytes are left, `tooLarge` for more than any name or number has; both are checked
    ///   before anything is allocated.
    mutating func take(_ count: Int) throws(FileFormatError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= end - position else { throw truncated }
        guard count <= Self.longestText else {
            throw .tooLarge("its pickle has a text of \(count) bytes (\(place))")
        }
        if position + count > windowStart + window.count {
            window = try source.bytes(at: position, count: min(max(count, Self.windowSize), end - position))
            windowStart = position
        }
        defer { position += count }
        return window[position - windowStart..<position - windowStart + count]
    }

    /// Passes over bytes without reading them, and says where they lie.
    mutating func skip(_ count: Int) throws(FileFormatError) -> Range<Int> {
        guard count >= 0, count <= end - position else { throw truncated }
        defer { position += count }
        return position..<position + count
    }

    /// Reads a length, which must not exceed the remaining bytes.
    mutating func takeLength(_ size: Int) throws(FileFormatError) -> Int {
        let value = try takeUnsigned(size)
        guard value <= UInt64(end - position) else { throw truncated }
        return Int(value)
    }

    mutating func takeUnsigned(_ size: Int) throws(FileFormatError) -> UInt64 {
        try take(size).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func takeByte() throws(FileFormatError) -> UInt8 {
        guard let byte = try take(1).first else { throw truncated }
        return byte
    }

    /// The bytes up to a line feed, which is skipped; names are short.
    mutating func takeLine() throws(FileFormatError) -> [UInt8] {
        var line: [UInt8] = []
        while true {
            let byte = try takeByte()
            if byte == 0x0A { return line }
            line.append(byte)
            guard line.count <= 4096 else { throw .malformed("a name of more than 4096 bytes", place) }
        }
    }
}
