import Files

/// What lies in an image file beside what is decoded, found without decoding it.
package struct FileMarks: Sendable, Equatable {
    /// Whether there is a manifest of C2PA (content credentials). It is not verified.
    package private(set) var hasC2PA = false

    /// Marks of a PNG, JPEG, WebP, AVIF, HEIC or JPEG XL; other files have none.
    ///
    /// - Throws: ``ImageError`` when the file cannot be read.
    package init(_ path: String) throws {
        try ImageError.naming(path) {
            try ImageError.ofFiles {
                let file = try InputFile(path, .regular)
                switch ImageFormat.sniff(try file.bytes(at: 0, count: 64)) {
                case .png: try readPNG(file)
                case .jpeg: try readJPEG(file)
                case .webp: try readWebP(file)
                case .avif, .heic, .jxl: try readBoxes(file)
                default: break
                }
            }
        }
    }

    private mutating func readPNG(_ file: InputFile) throws {
        var offset = 8
        while offset + 12 <= file.size {
            let head = try file.bytes(at: offset, count: 8)
            guard head.count == 8 else { return }
            let type = String(decoding: head[4...], as: UTF8.self)
            if type == "caBX" { hasC2PA = true }
            if type == "IEND" { return }
            offset += head[..<4].reduce(0) { $0 << 8 | Int($1) } + 12
        }
    }

    private mutating func readJPEG(_ file: InputFile) throws {
        var offset = 2
        while offset + 4 <= file.size {
            let head = try file.bytes(at: offset, count: 4)
            guard head.count == 4, head[0] == 0xFF else { return }
            if head[1] == 0xFF {
                offset += 1
                continue
            }
            // Scans begin, and nothing else follows.
            if head[1] == 0xDA || head[1] == 0xD9 { return }
            let length = Int(head[2]) << 8 | Int(head[3])
            guard length >= 2 else { return }
            // JUMBF in pieces: the name of the manifest store lies in the first one.
            if head[1] == 0xEB {
                let start = try file.bytes(at: offset + 4, count: min(length - 2, 256))
                if start.starts(with: "JP".utf8), isManifest(start) { hasC2PA = true }
            }
            offset += 2 + length
        }
    }

    private func isManifest(_ start: [UInt8]) -> Bool {
        let text = String(decoding: start, as: UTF8.self)
        return text.contains("jumb") && text.contains("c2pa")
    }

    private mutating func readWebP(_ file: InputFile) throws {
        var offset = 12
        while offset + 8 <= file.size {
            let head = try file.bytes(at: offset, count: 8)
            guard head.count == 8 else { return }
            let length = head[4...].reversed().reduce(0) { $0 << 8 | Int($1) }
            if head.starts(with: "C2PA".utf8) { hasC2PA = true }
            offset += 8 + length + length % 2
        }
    }

    /// HEIF has a box of its own for C2PA, JPEG XL one of JUMBF.
    private mutating func readBoxes(_ file: InputFile) throws {
        let own: [UInt8] = [
            0xD8, 0xFE, 0xC3, 0xD6, 0x1B, 0x0E, 0x48, 0x3C, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7E, 0xC4, 0x81,
        ]
        var offset = 0
        while offset + 8 <= file.size {
            let head = try file.bytes(at: offset, count: 256)
            guard head.count >= 8 else { return }
            var (length, start) = (head[..<4].reduce(0) { $0 << 8 | Int($1) }, 8)
            if length == 1, head.count >= 16 {
                (length, start) = (Int(clamping: head[8..<16].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }), 16)
            }
            let type = String(decoding: head[4..<8], as: UTF8.self)
            if type == "uuid", head.dropFirst(start).starts(with: own) { hasC2PA = true }
            if type == "jumb", isManifest(head) { hasC2PA = true }
            guard length >= start, length <= file.size - offset else { return }
            offset += length
        }
    }
}
