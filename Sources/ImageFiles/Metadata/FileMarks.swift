import Files

/// What lies in an image file beside its pixels, found without decoding it.
package struct FileMarks: Sendable, Equatable {
    /// A TIFF structure with EXIF's fields; nil if there is none.
    package private(set) var exif: [UInt8]?
    /// Whether there is a manifest of C2PA (content credentials). It is not verified.
    package private(set) var hasC2PA = false

    /// The most that is read of one part of a file.
    private static let mostBytes = 4 << 20

    /// Marks of a PNG, a JPEG or a WebP; other files have none.
    ///
    /// - Throws: ``ImageError`` when the file cannot be read.
    package init(_ path: String) throws {
        try ImageError.naming(path) {
            try ImageError.ofFiles {
                let file = try InputFile(path, .regular)
                let start = try file.bytes(at: 0, count: 12)
                if start.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
                    try readPNG(file)
                } else if start.starts(with: [0xFF, 0xD8]) {
                    try readJPEG(file)
                } else if start.starts(with: "RIFF".utf8), start.dropFirst(8).starts(with: "WEBP".utf8) {
                    try readWebP(file)
                } else if start.starts(with: "II*\0".utf8) || start.starts(with: "MM\0*".utf8) {
                    exif = try file.bytes(at: 0, count: Self.mostBytes)
                }
            }
        }
    }

    private mutating func readPNG(_ file: InputFile) throws {
        var offset = 8
        while offset + 12 <= file.size {
            let head = try file.bytes(at: offset, count: 8)
            guard head.count == 8 else { return }
            let length = head[..<4].reduce(0) { $0 << 8 | Int($1) }
            switch String(decoding: head[4...], as: UTF8.self) {
            case "eXIf": exif = try file.bytes(at: offset + 8, count: min(length, Self.mostBytes))
            case "caBX": hasC2PA = true
            case "IEND": return
            default: break
            }
            offset += length + 12
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
            if head[1] == 0xE1 || head[1] == 0xEB {
                readSegment(head[1], try file.bytes(at: offset + 4, count: length - 2))
            }
            offset += 2 + length
        }
    }

    private mutating func readSegment(_ marker: UInt8, _ body: [UInt8]) {
        if marker == 0xE1, exif == nil, body.starts(with: "Exif\0".utf8) {
            exif = Array(body.dropFirst(6))
        } else if marker == 0xEB, body.starts(with: "JP".utf8) {
            // JUMBF in pieces: the name of the manifest store lies in the first one.
            let text = String(decoding: body.prefix(256), as: UTF8.self)
            if text.contains("jumb") && text.contains("c2pa") { hasC2PA = true }
        }
    }

    private mutating func readWebP(_ file: InputFile) throws {
        var offset = 12
        while offset + 8 <= file.size {
            let head = try file.bytes(at: offset, count: 8)
            guard head.count == 8 else { return }
            let length = head[4...].reversed().reduce(0) { $0 << 8 | Int($1) }
            switch String(decoding: head[..<4], as: UTF8.self) {
            case "EXIF":
                let body = try file.bytes(at: offset + 8, count: min(length, Self.mostBytes))
                exif = body.starts(with: "Exif\0".utf8) ? Array(body.dropFirst(6)) : body
            case "C2PA": hasC2PA = true
            default: break
            }
            offset += 8 + length + length % 2
        }
    }
}
