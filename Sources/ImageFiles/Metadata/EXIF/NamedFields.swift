extension ImageMetadata {
    /// The fields of EXIF that people ask for, by name and in words.
    package var namedEXIF: [(name: String, value: String)] {
        guard let fields = exif.flatMap({ EXIF($0) }) else { return [] }
        return EXIF.names.compactMap { tag, name in
            guard let words = fields.words(fields.main[tag] ?? fields.photo[tag])?.trimmed, !words.isEmpty else {
                return nil
            }
            return (name, String(words))
        }
    }

    /// Whether EXIF says where the photo was taken.
    package var hasPosition: Bool { exif.flatMap { EXIF($0) }?.location.isEmpty == false }
}

extension EXIF {
    fileprivate static let names: [(tag: Int, name: String)] = [
        (0x010F, "make"), (0x0110, "model"), (Tag.software, "software"), (0x0132, "modified"), (0x9003, "taken"),
        (Tag.author, "artist"), (Tag.copyright, "copyright"), (Tag.description, "description"),
    ]
}
