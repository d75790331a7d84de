/// The directory at the end of a zip archive, 32 and 64 bits.
struct ZipDirectory {
    static let localHeaderSize = 30
    private static let entrySize = 46
    private static let endSize = 22

    private(set) var entries: [ZipArchive.Entry] = []
    /// Where it begins; entries lie before it.
    let offset: Int

    private struct End {
        var count: UInt64
        var size: UInt64
        var offset: UInt64
        /// Where the record of the end begins: the directory has to end before.
        var position: Int
    }

    init(_ source: ByteSource, limits: ZipLimits) throws {
        let end = try Self.findEnd(source)
        let place = FilePlace(part: nil, offset: end.position)
        guard end.offset <= UInt64(end.position), end.size <= UInt64(end.position) - end.offset else {
            throw FileFormatError.malformed("the archive's directory lies outside the file", place)
        }
        guard end.count <= UInt64(limits.entries), end.count <= end.size / UInt64(Self.entrySize) else {
            throw FileFormatError.tooLarge("its archive announces \(end.count) entries")
        }
        guard end.size <= UInt64(limits.directoryBytes) else {
            throw FileFormatError.tooLarge("its archive's directory has \(end.size) bytes")
        }
        offset = Int(end.offset)
        var cursor = ByteCursor(try source.bytes(at: offset, count: Int(end.size)), base: offset)
        for _ in 0..<end.count { entries.append(try Self.entry(&cursor, directory: offset)) }
    }

    private static func findEnd(_ source: ByteSource) throws -> End {
        let window = min(source.size, endSize + 0xFFFF)
        let start = source.size - window
        let tail = try source.bytes(at: start, count: window)
        var at = window - endSize
        while at >= 0 {
            defer { at -= 1 }
            guard tail[at] == 0x50, tail[at + 1] == 0x4B, tail[at + 2] == 5, tail[at + 3] == 6 else { continue }
            var cursor = ByteCursor(tail, at: at + 4, base: start)
            let disks = try cursor.takeUnsigned(4)
            let here = try cursor.takeUnsigned(2)
            var end = End(
                count: try cursor.takeUnsigned(2), size: try cursor.takeUnsigned(4),
                offset: try cursor.takeUnsigned(4), position: start + at)
            // A comment that does not fill the rest belongs to another record, or to an attack.
            guard try cursor.takeUnsigned(2) == UInt64(cursor.remaining) else { continue }
            if let wide = try findWideEnd(source, before: start + at) {
                end = wide
            } else if disks != 0 || here != end.count {
                throw FileFormatError.malformed(
                    "the archive is one of several parts", .init(part: nil, offset: start + at))
            }
            return end
        }
        throw FileFormatError.truncated(.init(part: nil, offset: source.size))
    }

    /// The 64-bit record, if a locator precedes the 32-bit one.
    private static func findWideEnd(_ source: ByteSource, before position: Int) throws -> End? {
        guard position >= 20 else { return nil }
        var locator = ByteCursor(try source.bytes(at: position - 20, count: 20), base: position - 20)
        guard try locator.takeUnsigned(4) == 0x0706_4B50 else { return nil }
        _ = try locator.take(4)
        let place = try locator.takeUnsigned(8)
        guard place <= UInt64(position - 20), UInt64(position - 20) - place >= 56 else {
            throw FileFormatError.malformed(
                "the archive's 64-bit directory record lies outside the file", .init(part: nil, offset: position - 20))
        }
        let start = Int(place)
        var cursor = ByteCursor(try source.bytes(at: start, count: 56), base: start)
        guard try cursor.takeUnsigned(4) == 0x0606_4B50 else {
            throw FileFormatError.malformed(
                "the archive's 64-bit directory record is missing", .init(part: nil, offset: start))
        }
        _ = try cursor.take(28)
        return End(
            count: try cursor.takeUnsigned(8), size: try cursor.takeUnsigned(8), offset: try cursor.takeUnsigned(8),
            position: start)
    }

    private static func entry(_ cursor: inout ByteCursor, directory: Int) throws -> ZipArchive.Entry {
        let place = cursor.place
        func malformed(_ reason: String) -> FileFormatError { .malformed(reason, place) }
        guard try cursor.takeUnsigned(4) == 0x0201_4B50 else { throw malformed("the archive's directory is broken") }
        _ = try cursor.take(4)
        let flags = try cursor.takeUnsigned(2)
        let method = Int(try cursor.takeUnsigned(2))
        _ = try cursor.take(4)
        let checksum = UInt32(try cursor.takeUnsigned(4))
        var compressedSize = try cursor.takeUnsigned(4)
        var size = try cursor.takeUnsigned(4)
        let nameLength = Int(try cursor.takeUnsigned(2))
        let extraLength = Int(try cursor.takeUnsigned(2))
        let commentLength = Int(try cursor.takeUnsigned(2))
        _ = try cursor.take(8)
        var offset = try cursor.takeUnsigned(4)
        let nameBytes = try cursor.take(nameLength)
        var extra = ByteCursor(Array(try cursor.take(extraLength)))
        _ = try cursor.take(commentLength)

        guard let name = String(validating: nameBytes, as: UTF8.self) else {
            throw malformed("an entry's name is not UTF-8")
        }
        let steps = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !name.isEmpty, !name.hasPrefix("/"), !name.contains("\\"), !name.utf8.contains(0),
            !steps.contains(where: { $0 == ".." || $0 == "." }), !(steps.first?.hasSuffix(":") ?? false)
        else { throw malformed("the entry “\(printable(name))” has a path that leads out of the archive") }
        while extra.remaining >= 4 {
            let identifier = try extra.takeUnsigned(2)
            let length = Int(try extra.takeUnsigned(2))
            guard length <= extra.remaining else { break }
            var field = ByteCursor(Array(try extra.take(length)))
            guard identifier == 1 else { continue }
            if size == 0xFFFF_FFFF { size = try field.takeUnsigned(8) }
            if compressedSize == 0xFFFF_FFFF { compressedSize = try field.takeUnsigned(8) }
            if offset == 0xFFFF_FFFF { offset = try field.takeUnsigned(8) }
        }
        guard offset <= UInt64(directory), compressedSize <= UInt64(directory) - offset, size <= UInt64(Int.max) else {
            throw malformed("the entry “\(name)” lies outside the archive")
        }
        return ZipArchive.Entry(
            name: name, method: method, isEncrypted: flags & 1 != 0, checksum: checksum,
            compressedSize: Int(compressedSize), size: Int(size), headerOffset: Int(offset), limit: directory)
    }
}
