/// IPTC's fields (IIM), and the wrappings that files hold them in.
enum IPTCFields {
    private static let resource = 0x0404

    /// The fields within Photoshop's image resources; nil if there are none.
    static func inside(resources: [UInt8]) -> [UInt8]? {
        var at = 0
        while at + 12 <= resources.count, resources[at..<at + 4].elementsEqual("8BIM".utf8) {
            let id = Int(resources[at + 4]) << 8 | Int(resources[at + 5])
            // A name of one byte and its letters, an even number together.
            let start = at + 6 + (Int(resources[at + 6]) + 2) / 2 * 2
            guard start + 4 <= resources.count else { return nil }
            let size = resources[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
            guard size <= resources.count - start - 4 else { return nil }
            if id == resource { return size > 0 ? Array(resources[start + 4..<start + 4 + size]) : nil }
            at = start + 4 + (size + 1) / 2 * 2
        }
        return nil
    }

    /// Image resources with nothing but the fields.
    static func resources(_ fields: [UInt8]) -> [UInt8] {
        let size = (0..<4).reversed().map { UInt8(truncatingIfNeeded: fields.count >> (8 * $0)) }
        return Array("8BIM".utf8) + [4, 4, 0, 0] + size + fields + (fields.count % 2 == 0 ? [] : [0])
    }

    /// The keyword of a PNG's text that holds image resources, as ImageMagick and ExifTool write it.
    static let keyword = "Raw profile type iptc"

    /// Such a text.
    static func text(_ fields: [UInt8]) -> ImageMetadata.Text {
        let bytes = resources(fields)
        let digits = Array("0123456789abcdef".utf8)
        var words = Array("\niptc\n\(bytes.count)".utf8)
        for (index, byte) in bytes.enumerated() {
            if index % 36 == 0 { words.append(0x0A) }
            words += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return ImageMetadata.Text(keyword: keyword, value: String(decoding: words + [0x0A], as: UTF8.self))
    }

    /// The bytes of a “raw profile” in a PNG's text: its kind, their number, and hexadecimal digits.
    static func rawProfile(_ text: String) -> [UInt8]? {
        let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: true)
        guard lines.count >= 3, let count = Int(String(decoding: lines[1], as: UTF8.self).trimmed) else { return nil }
        var bytes: [UInt8] = []
        var high: UInt8?
        for letter in lines[2...].joined() {
            let digit: UInt8
            switch letter {
            case 0x30...0x39: digit = letter - 0x30
            case 0x61...0x66: digit = letter - 0x61 + 10
            case 0x41...0x46: digit = letter - 0x41 + 10
            case 0x20, 0x0D: continue
            default: return nil
            }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return bytes.count == count ? bytes : nil
    }
}
