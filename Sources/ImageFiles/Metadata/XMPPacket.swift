/// The changes that an XMP packet needs when its image changes. Everything else of it stays as it is.
enum XMPPacket {
    /// The packet as a text, from UTF-8 or from UTF-16 in either byte order.
    static func words(_ bytes: UnsafeRawBufferPointer) -> String {
        let start = Array(bytes.prefix(4))
        let isBig = start.starts(with: [0xFE, 0xFF]) || start.starts(with: [0x00, 0x3C])
        guard isBig || start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0x3C, 0x00]) else {
            return String(decoding: bytes, as: UTF8.self)
        }
        let units = (0..<bytes.count / 2).map { index -> UInt16 in
            let (first, second) = (UInt16(bytes[2 * index]), UInt16(bytes[2 * index + 1]))
            return isBig ? first << 8 | second : second << 8 | first
        }
        return String(decoding: units.first == 0xFEFF ? units.dropFirst() : units[...], as: UTF16.self)
    }

    /// The packet with its own record of the EXIF orientation set to 1, as the pixels are upright now.
    static func upright(_ packet: String) -> String {
        let tag = Array("tiff:Orientation".utf8)
        var bytes = Array(packet.utf8)
        var changed = false
        var at = 0
        while at + tag.count + 2 < bytes.count {
            guard bytes[at] == tag[0], bytes[at...].starts(with: tag) else {
                at += 1
                continue
            }
            at += tag.count
            // tiff:Orientation="6" or <tiff:Orientation>6</tiff:Orientation>
            var value = at
            while value < bytes.count, [0x20, 0x3D, 0x22, 0x27, 0x3E].contains(bytes[value]) { value += 1 }
            if value > at, value < bytes.count, (0x32...0x38).contains(bytes[value]) {
                bytes[value] = 0x31
                changed = true
            }
        }
        return changed ? String(decoding: bytes, as: UTF8.self) : packet
    }
}

extension XMPPacket {
    /// A packet after a change; nil if nothing of it may stay.
    struct Edited {
        var packet: String?
        var losses: [ImageLoss] = []
    }

    static func contains(_ packet: String, _ word: String) -> Bool {
        let word = Array(word.utf8)
        var rest = packet.utf8[...]
        while let next = rest.firstIndex(of: word[0]) {
            rest = rest[next...]
            if rest.starts(with: word) { return true }
            rest = rest.dropFirst()
        }
        return false
    }

    static var unreadable: Edited {
        let words = "the XMP packet (it is not well-formed, and tells of data or sizes that have changed)"
        return Edited(packet: nil, losses: [ImageLoss(.metadata, words)])
    }

    /// The packet with some ranges replaced; those within others count for nothing.
    static func cutting(_ edits: [(range: Range<Int>, words: String)], from packet: String) -> String {
        guard !edits.isEmpty else { return packet }
        let bytes = Array(packet.utf8)
        var result: [UInt8] = []
        var at = 0
        let ordered = edits.sorted {
            ($0.range.lowerBound, $1.range.upperBound) < ($1.range.lowerBound, $0.range.upperBound)
        }
        for edit in ordered where edit.range.lowerBound >= at {
            result += bytes[at..<edit.range.lowerBound]
            result += edit.words.utf8
            at = edit.range.upperBound
        }
        result += bytes[at...]
        return String(decoding: result, as: UTF8.self)
    }
}

extension String {
    var trimmed: Substring {
        let isSpace: (Character) -> Bool = { $0.isWhitespace }
        guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) }) else {
            return ""
        }
        return self[first...last]
    }
}
