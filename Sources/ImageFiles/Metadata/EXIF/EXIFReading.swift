extension EXIF {
    /// Bytes of a file or a block from an offset on: fewer than asked for at its end only.
    typealias Source = (_ offset: Int, _ count: Int) -> [UInt8]

    /// A block as it lies in a file, with or without “Exif” in front; nil if it is none.
    init?(_ block: [UInt8]) {
        let bytes = block.starts(with: "Exif\0\0".utf8) ? block[6...] : block[...]
        self.init { offset, count in
            guard offset < bytes.count else { return [] }
            return Array(bytes.dropFirst(offset).prefix(count))
        }
    }

    /// A block, or the directories of a TIFF or BigTIFF file.
    ///
    /// - Parameters:
    ///   - ignoring: fields of the main directory that are not asked for.
    ///   - source: reads it.
    init?(ignoring: Set<Int> = [], _ source: @escaping Source) {
        let head = source(0, 16)
        guard head.count >= 8, head[0] == head[1], head[0] == 0x49 || head[0] == 0x4D else { return nil }
        self.init(isBigEndian: head[0] == 0x4D)
        let version = Self.number(head[2..<4], isBigEndian: isBigEndian)
        guard version == 42 || (version == 43 && head.count == 16) else { return nil }
        var reader = DirectoryReader(source: source, isBigEndian: isBigEndian, isLarge: version == 43)
        let start = Self.number(version == 43 ? head[8..<16] : head[4..<8], isBigEndian: isBigEndian)
        guard let first = reader.directory(at: start, ignoring: ignoring) else { return nil }
        main = first
        photo = reader.taken(Tag.photo, from: &main)
        makerNoteOffset = photo[Tag.makerNote] == nil ? nil : reader.makerNoteOffset
        location = reader.taken(Tag.location, from: &main)
        interoperability = reader.taken(Tag.interoperability, from: &photo)
        damagedFields = reader.damagedFields
    }
}

private struct DirectoryReader {
    let source: EXIF.Source
    let isBigEndian: Bool
    /// BigTIFF.
    let isLarge: Bool
    var makerNoteOffset: Int?
    var damagedFields = 0
    /// Bytes that may be read yet: fields may lie in the same place, and so be larger together than the file.
    private var budget = 1 << 20

    init(source: @escaping EXIF.Source, isBigEndian: Bool, isLarge: Bool) {
        (self.source, self.isBigEndian, self.isLarge) = (source, isBigEndian, isLarge)
    }

    private func number(_ bytes: some Collection<UInt8>) -> Int { EXIF.number(bytes, isBigEndian: isBigEndian) }

    /// Takes a pointer out of a directory, and reads what it points to.
    mutating func taken(_ tag: Int, from directory: inout EXIF.Directory) -> EXIF.Directory {
        guard let pointer = directory.removeValue(forKey: tag) else { return [:] }
        guard pointer.bytes.count >= 4, let found = self.directory(at: number(pointer.bytes), ignoring: []) else {
            damagedFields += 1
            return [:]
        }
        return found
    }

    /// nil if there is none at that place.
    mutating func directory(at offset: Int, ignoring: Set<Int>) -> EXIF.Directory? {
        let (head, size) = isLarge ? (8, 20) : (2, 12)
        guard offset >= 8, offset < 1 << 48 else { return nil }
        let start = source(offset, head)
        guard start.count == head else { return nil }
        let entries = number(start)
        guard (1...4096).contains(entries) else { return nil }
        let table = source(offset + head, entries * size)
        damagedFields += entries - table.count / size
        var directory: EXIF.Directory = [:]
        for at in stride(from: 0, to: table.count / size * size, by: size) {
            let entry = Array(table[at..<at + size])
            let tag = number(entry[..<2])
            if ignoring.contains(tag) || directory[tag] != nil { continue }
            if let field = field(entry, tag, at: offset + head + at) {
                directory[tag] = field
            } else {
                damagedFields += 1
            }
        }
        return directory
    }

    private mutating func field(_ entry: [UInt8], _ tag: Int, at place: Int) -> EXIF.Field? {
        let (countSize, inline) = isLarge ? (8, 8) : (4, 4)
        let count = number(entry[4..<4 + countSize])
        let code = number(entry[2..<4])
        // A BigTIFF may point with 8 bytes.
        if code == 16 || code == 18, [EXIF.Tag.photo, EXIF.Tag.location, EXIF.Tag.interoperability].contains(tag) {
            return EXIF.Field(kind: .undefined, count: 8, bytes: Array(entry[12...]))
        }
        guard let kind = EXIF.Kind(rawValue: code), count > 0, count <= budget / kind.size else { return nil }
        let size = count * kind.size
        let isInside = size <= inline
        let offset = isInside ? place + 4 + countSize : number(entry[(4 + countSize)...])
        let bytes =
            isInside ? Array(entry[(4 + countSize)...].prefix(size)) : offset < 1 << 48 ? source(offset, size) : []
        guard bytes.count == size else { return nil }
        budget -= size
        if tag == EXIF.Tag.makerNote { makerNoteOffset = offset }
        return EXIF.Field(kind: kind, count: count, bytes: bytes)
    }
}
