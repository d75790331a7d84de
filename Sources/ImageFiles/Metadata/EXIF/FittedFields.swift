extension FittedMetadata {
    /// Bytes in the marker that a JPEG has for EXIF, behind its name.
    private static let mostEXIF = 65527

    /// IPTC goes to a JPEG as it is, to a TIFF as a field, to a PNG as a text.
    mutating func fitIPTC(_ format: ImageFormat, _ fields: inout EXIF?) {
        guard let iptc = metadata.iptc else { return }
        if format != .jpeg { metadata.iptc = nil }
        switch format {
        case .jpeg: break
        case .tiff:
            fields = fields ?? EXIF(isBigEndian: false)
            fields?.main[EXIF.Tag.iptc] = EXIF.Field(kind: .undefined, count: iptc.count, bytes: iptc)
        case .webp: leaveOut(.metadata, "the IPTC fields (a WebP has no place for them)")
        default:
            if let text = EncodedText(png: IPTCFields.text(iptc)) { texts.append(text) }
        }
    }

    mutating func fitEXIF(_ format: ImageFormat, _ fields: EXIF?) {
        metadata.exif = nil
        guard var fields = fields ?? (format == .webp ? EXIF(isBigEndian: false) : nil) else { return }
        if format == .tiff {
            let own = EXIF.Tag.structural.union(EXIF.Tag.plain).subtracting([EXIF.Tag.iptc])
            fields.main = fields.main.filter { !own.contains($0.key) }
        } else if format == .webp {
            for text in texts { fields.main[text.tag] = fields.text(text.value) }
            texts = []
            if let density = metadata.density { fields.tell(density) }
        }
        if fields.main.isEmpty, fields.isEmpty { return }
        var block = fields.encoded()
        if format == .jpeg, block.count > Self.mostEXIF, let note = fields.photo.removeValue(forKey: EXIF.Tag.makerNote)
        {
            leaveOut(.metadata, "the maker note of \(note.bytes.count) bytes (a JPEG holds \(Self.mostEXIF) of EXIF)")
            block = fields.encoded()
        }
        if format == .jpeg, block.count > Self.mostEXIF {
            leaveOut(.metadata, "the EXIF (it has \(block.count) bytes; a JPEG holds \(Self.mostEXIF))")
        } else {
            metadata.exif = block
        }
    }
}
