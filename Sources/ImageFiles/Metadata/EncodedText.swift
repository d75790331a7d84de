import Files

/// A text as the bytes in a file.
struct EncodedText {
    let keyword: [UInt8]
    let value: [UInt8]
    let isUTF8: Bool

    /// Uses Latin-1 if possible. A keyword that PNG does not allow is reduced to the allowed characters, or the text is
    /// left out.
    init?(png text: ImageMetadata.Text) {
        let allowed = text.keyword.unicodeScalars.filter {
            (32...126).contains($0.value) || (161...255).contains($0.value)
        }
        let words = String(String.UnicodeScalarView(allowed)).split(separator: " ").joined(separator: " ")
        let keyword = words.unicodeScalars.prefix(79).map { UInt8($0.value) }
        guard !keyword.isEmpty else { return nil }
        self.keyword = keyword
        let isLatin1 = text.value.unicodeScalars.allSatisfy {
            $0 == "\n" || (32...126).contains($0.value) || (160...255).contains($0.value)
        }
        isUTF8 = !isLatin1
        value =
            isLatin1
            ? text.value.unicodeScalars.map { UInt8($0.value) }
            : Array(text.value.utf8.filter { $0 != 0 })
    }

    /// A plain comment stays one; anything else becomes "keyword: value". What a comment does not hold is cut off.
    init(jpeg text: ImageMetadata.Text) {
        keyword = text.keyword == ImageMetadata.Text.comment ? [] : Array(text.keyword.utf8.prefix(79))
        let room = Self.mostInJPEG - (keyword.isEmpty ? 0 : keyword.count + 2)
        var kept = text.value.utf8.prefix(room)
        while kept.endIndex != text.value.utf8.endIndex, text.value.utf8[kept.endIndex] & 0xC0 == 0x80 {
            kept = kept.dropLast()
        }
        value = Array(kept)
        isUTF8 = true
    }

    /// Bytes in a JPEG comment.
    static let mostInJPEG = 65533

    /// A text for a field that EXIF and TIFF have.
    private init(field keyword: String, _ value: String) {
        self.keyword = Array(keyword.utf8)
        self.value = value.utf8.filter { $0 != 0 }
        isUTF8 = true
    }

    /// Software, author and copyright have fields of their own in EXIF and TIFF. All others are lines of the description,
    /// “keyword: value”, where a comment stays as it is. A field that says the same already is left to itself: it may hold
    /// more than its text, and be in another encoding.
    static func fields(_ texts: [ImageMetadata.Text], beside exif: EXIF?) -> [EncodedText] {
        var fields: [EncodedText] = []
        var lines: [String] = []
        for text in texts {
            let field = fieldNames[text.keyword.lowercased()]
            if let field, !fields.contains(where: { $0.keyword.elementsEqual(field.utf8) }) {
                fields.append(EncodedText(field: field, text.value))
            } else if [ImageMetadata.Text.comment, "Description"].contains(text.keyword) {
                lines.append(text.value)
            } else {
                lines.append("\(text.keyword): \(text.value)")
            }
        }
        if !lines.isEmpty {
            if let own = exif?.words(exif?.main[EXIF.Tag.description]),
                !lines.contains(where: { XMPPacket.contains($0, own) })
            {
                lines.insert(own, at: 0)
            }
            fields.insert(EncodedText(field: "", lines.joined(separator: "\n")), at: 0)
        }
        return fields.filter {
            !$0.value.isEmpty && exif?.words(exif?.main[$0.tag]) != String(decoding: $0.value, as: UTF8.self)
        }
    }

    /// The field of EXIF that such a text is written to.
    var tag: Int {
        switch String(decoding: keyword, as: UTF8.self) {
        case "Software": EXIF.Tag.software
        case "Author": EXIF.Tag.author
        case "Copyright": EXIF.Tag.copyright
        default: EXIF.Tag.description
        }
    }

    private static let fieldNames = [
        "software": "Software", "author": "Author", "artist": "Author", "copyright": "Copyright",
    ]

    /// Texts for a file of that format, and what it does not hold of them.
    static func list(
        _ texts: [ImageMetadata.Text], for format: ImageFormat, beside exif: EXIF?
    ) -> (texts: [EncodedText], losses: [ImageLoss]) {
        var kept: [EncodedText] = []
        var losses: [ImageLoss] = []
        switch format {
        case .webp, .tiff: kept = fields(texts, beside: exif)
        case .jpeg:
            for text in texts where exif?.says(text) != true {
                let encoded = EncodedText(jpeg: text)
                kept.append(encoded)
                guard encoded.value.count != text.value.utf8.count else { continue }
                let named = "the text “\(printable(text.keyword))”"
                losses.append(ImageLoss(.metadata, "the end of \(named) (a JPEG comment holds \(mostInJPEG) bytes)"))
            }
        default:
            for text in texts {
                if let encoded = EncodedText(png: text) {
                    kept.append(encoded)
                } else {
                    let named = "the text “\(printable(text.keyword))”"
                    losses.append(
                        ImageLoss(.metadata, "\(named) (no letter of its keyword is allowed in a PNG)"))
                }
            }
        }
        return (kept, losses)
    }
}

extension String {
    init(latin1 bytes: some Sequence<UInt8>) {
        self = String(String.UnicodeScalarView(bytes.lazy.map { Unicode.Scalar($0) }))
    }
}

extension EXIF {
    /// Whether a field says the same as a text.
    fileprivate func says(_ text: ImageMetadata.Text) -> Bool {
        let tag: Int
        switch text.keyword.lowercased() {
        case "software": tag = Tag.software
        case "author", "artist": tag = Tag.author
        case "copyright": tag = Tag.copyright
        case "comment", "description": tag = Tag.description
        default: return false
        }
        return words(main[tag]) == text.value
    }
}
