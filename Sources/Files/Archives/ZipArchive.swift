/// A zip archive from an untrusted source. Every entry must lie inside the file, must not overlap another, and must
/// expand to exactly its announced size. Names are only compared, never used as paths.
package struct ZipArchive: Sendable {
    package struct Entry: Sendable {
        package let name: String
        /// 0 for stored, 8 for deflated.
        package let method: Int
        package let isEncrypted: Bool
        package let checksum: UInt32
        package let compressedSize: Int
        package let size: Int
        let headerOffset: Int
        /// Where the next entry, or the directory, begins.
        fileprivate(set) var limit: Int
    }

    package let entries: [String: Entry]
    private let source: ByteSource
    private let limits: ZipLimits

    /// - Throws: ``FileFormatError``.
    package init(_ source: ByteSource, limits: ZipLimits) throws {
        self.source = source
        self.limits = limits
        let directory = try ZipDirectory(source, limits: limits)
        var sorted = directory.entries.sorted { $0.headerOffset < $1.headerOffset }
        for index in sorted.indices {
            let entry = sorted[index]
            let end = index + 1 < sorted.count ? sorted[index + 1].headerOffset : directory.offset
            // The local header and its name come in addition; the exact position is checked on reading.
            guard entry.compressedSize <= end - entry.headerOffset - ZipDirectory.localHeaderSize else {
                throw FileFormatError.malformed(
                    "the entry “\(entry.name)” overlaps what follows it",
                    .init(part: nil, offset: entry.headerOffset))
            }
            sorted[index].limit = end
        }
        entries = Dictionary(sorted.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        guard entries.count == sorted.count else {
            throw FileFormatError.malformed(
                "two entries of the archive have one name", .init(part: nil, offset: directory.offset))
        }
    }

    /// The expanded bytes of an entry.
    ///
    /// - Parameter limit: the most bytes that it may have.
    /// - Throws: ``FileFormatError``.
    package func contents(of entry: Entry, limit: Int) throws -> [UInt8] {
        func malformed(_ reason: String) -> FileFormatError {
            .malformed(reason, .init(part: entry.name, offset: 0))
        }
        guard !entry.isEncrypted else { throw malformed("the entry is encrypted") }
        guard entry.size <= limit else {
            throw FileFormatError.tooLarge("the entry “\(entry.name)” has \(entry.size) bytes")
        }
        let bytes: [UInt8]
        switch entry.method {
        case 0:
            guard entry.size == entry.compressedSize else { throw malformed("the entry has two sizes") }
            bytes = try compressed(entry)
        case 8:
            let most = limits.growth.multipliedReportingOverflow(by: entry.compressedSize)
            guard entry.size <= 1 << 20 || most.overflow || entry.size <= most.partialValue else {
                throw FileFormatError.tooLarge(
                    "the entry “\(entry.name)” would grow from \(entry.compressedSize) to \(entry.size) bytes")
            }
            do {
                bytes = try inflate(compressed(entry), toExactly: entry.size)
            } catch ExpansionError.outOfMemory(let cause) {
                throw FileFormatError.outOfMemory(cause)
            } catch let error as ExpansionError {
                throw malformed("\(error)")
            }
        default: throw malformed("the entry is compressed by method \(entry.method), which is not supported")
        }
        // PyTorch writes 0 when checksums are turned off.
        guard entry.checksum == 0 || checksum(bytes) == entry.checksum else {
            throw malformed("the entry does not match its checksum")
        }
        return bytes
    }

    private func compressed(_ entry: Entry) throws -> [UInt8] {
        let place = FilePlace(part: nil, offset: entry.headerOffset)
        var header = ByteCursor(
            try source.bytes(at: entry.headerOffset, count: ZipDirectory.localHeaderSize), base: entry.headerOffset)
        guard try header.takeUnsigned(4) == 0x0403_4B50 else {
            throw FileFormatError.malformed("the entry “\(entry.name)” is not where it should be", place)
        }
        _ = try header.take(22)
        let nameLength = Int(try header.takeUnsigned(2))
        let extraLength = Int(try header.takeUnsigned(2))
        let nameStart = entry.headerOffset + ZipDirectory.localHeaderSize
        let start = nameStart + nameLength + extraLength
        guard start <= entry.limit, entry.compressedSize <= entry.limit - start else {
            throw FileFormatError.malformed("the entry “\(entry.name)” overlaps what follows it", place)
        }
        guard try source.bytes(at: nameStart, count: nameLength) == Array(entry.name.utf8) else {
            throw FileFormatError.malformed("the entry “\(entry.name)” has two names", place)
        }
        return try source.bytes(at: start, count: entry.compressedSize)
    }
}
