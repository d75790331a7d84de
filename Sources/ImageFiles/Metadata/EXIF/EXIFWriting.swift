extension EXIF {
    /// The block: a TIFF file with nothing but directories. The maker note lies where it lay, if that is possible.
    func encoded() -> [UInt8] {
        var block = BlockWriter(self)
        return block.encoded()
    }
}

private struct BlockWriter {
    private let exif: EXIF
    private var bytes: [UInt8]
    private var free = 8
    /// Where the maker note lies; nothing else does.
    private let reserved: Range<Int>?

    init(_ exif: EXIF) {
        self.exif = exif
        bytes = Array((exif.isBigEndian ? "MM" : "II").utf8) + exif.bytes(42, count: 2) + [0, 0, 0, 0]
        // Notes of up to four bytes lie in the directory; those from far behind in a file do not fit anywhere.
        if let note = exif.photo[EXIF.Tag.makerNote], let start = exif.makerNoteOffset,
            note.bytes.count > 4, start >= 8, start + note.bytes.count <= 1 << 16
        {
            reserved = start..<start + note.bytes.count
        } else {
            reserved = nil
        }
    }

    mutating func encoded() -> [UInt8] {
        var (main, photo) = (exif.main, exif.photo)
        // Pointers take part in the sizes of the directories that they are in.
        let parts = (photo: !photo.isEmpty || !exif.interoperability.isEmpty, location: !exif.location.isEmpty)
        let mainPlace = room(for: main.count + (parts.photo ? 1 : 0) + (parts.location ? 1 : 0))
        if parts.photo {
            let isInteroperable = !exif.interoperability.isEmpty
            let place = room(for: photo.count + (isInteroperable ? 1 : 0))
            main[EXIF.Tag.photo] = exif.long(place)
            if isInteroperable {
                let place = room(for: exif.interoperability.count)
                photo[EXIF.Tag.interoperability] = exif.long(place)
                write(exif.interoperability, at: place)
            }
            write(photo, at: place, note: reserved?.lowerBound)
        }
        if parts.location {
            let place = room(for: exif.location.count)
            main[EXIF.Tag.location] = exif.long(place)
            write(exif.location, at: place)
        }
        write(main, at: mainPlace)
        put(exif.bytes(mainPlace, count: 4), at: 4)
        return bytes
    }

    private mutating func room(for entries: Int) -> Int { place(2 + 12 * entries + 4) }

    private mutating func place(_ count: Int) -> Int {
        if let reserved, free < reserved.upperBound, free + count > reserved.lowerBound { free = reserved.upperBound }
        free += free & 1
        defer { free += count }
        return free
    }

    private mutating func put(_ new: [UInt8], at offset: Int) {
        let missing = offset + new.count - bytes.count
        if missing > 0 { bytes += [UInt8](repeating: 0, count: missing) }
        bytes.replaceSubrange(offset..<offset + new.count, with: new)
    }

    /// - Parameter note: where the maker note goes; nil for anywhere.
    private mutating func write(_ directory: EXIF.Directory, at offset: Int, note: Int? = nil) {
        var table = exif.bytes(directory.count, count: 2)
        for (tag, field) in directory.sorted(by: { $0.key < $1.key }) {
            table += exif.bytes(tag, count: 2) + exif.bytes(field.kind.rawValue, count: 2)
            table += exif.bytes(field.count, count: 4)
            guard field.bytes.count > 4 else {
                table += field.bytes + [UInt8](repeating: 0, count: 4 - field.bytes.count)
                continue
            }
            let place = (tag == EXIF.Tag.makerNote ? note : nil) ?? place(field.bytes.count)
            put(field.bytes, at: place)
            table += exif.bytes(place, count: 4)
        }
        put(table + [0, 0, 0, 0], at: offset)
    }
}
