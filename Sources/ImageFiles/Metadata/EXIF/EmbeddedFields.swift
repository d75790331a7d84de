import CImageCodecs

extension ImageMetadata {
    /// Takes in the EXIF and IPTC fields that a decoder has come across, or that lie in the TIFF that it reads.
    mutating func readFields(_ info: codec_info, format: ImageFormat, reader: OpaquePointer) {
        let found =
            format == .tiff ? Self.tiffFields(reader) : Self.block(info.exif, info.exif_size).flatMap { EXIF($0) }
        var fields = found
        if fields == nil { fields = rawProfile(["exif", "APP1"]).flatMap { EXIF($0) } }
        iptc = fields.flatMap { $0.main[EXIF.Tag.iptc]?.bytes }
        let resources = fields?.main[EXIF.Tag.imageResources]?.bytes ?? Self.block(info.resources, info.resources_size)
        if iptc == nil {
            iptc = (resources ?? rawProfile(["iptc", "8bim"])).flatMap { IPTCFields.inside(resources: $0) }
        }
        text.removeAll { Self.rawProfiles.contains($0.keyword) }
        guard var fields else {
            if info.exif_size > 0 { losses.append(ImageLoss(.metadata, "the EXIF (it is damaged)")) }
            return
        }
        if fields.damagedFields > 0 { losses.append(ImageLoss(.metadata, "damaged fields of the EXIF")) }
        fields.main[EXIF.Tag.iptc] = nil
        fields.main[EXIF.Tag.imageResources] = nil
        fields.makeUpright(from: Int(info.orientation), width: Int(info.width), height: Int(info.height))
        if !fields.isEmpty { exif = fields.encoded() }
    }

    private static func block(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8]? {
        start.map { Array(UnsafeBufferPointer(start: $0, count: count)) }
    }

    private static func tiffFields(_ reader: OpaquePointer) -> EXIF? {
        let unwanted = EXIF.Tag.structural.subtracting([EXIF.Tag.iptc, EXIF.Tag.imageResources])
        return EXIF(ignoring: unwanted) { offset, count in
            [UInt8](unsafeUninitializedCapacity: count) { target, filled in
                filled = codec_read_file(reader, UInt64(offset), target.baseAddress, count)
            }
        }
    }

    private static let rawProfiles = Set(["iptc", "8bim", "exif", "APP1"].map { "Raw profile type " + $0 })

    /// What older programs put into the texts of a PNG.
    private func rawProfile(_ kinds: [String]) -> [UInt8]? {
        let keywords = kinds.map { "Raw profile type " + $0 }
        return text.first { keywords.contains($0.keyword) }.flatMap { IPTCFields.rawProfile($0.value) }
    }
}

extension ImageMetadata {
    /// What of an image's metadata stays in what is made of it. Colors, density and what a model leaves there of its work
    /// always do.
    public enum Kept: Sendable {
        /// All.
        case all
        /// All but the coordinates of GPS, in EXIF and XMP.
        case allButLocation
        /// Neither EXIF, IPTC and XMP nor texts.
        case colors
    }

    /// The metadata without what is not to be kept.
    public func keeping(_ kept: Kept) -> ImageMetadata {
        var rest = self
        switch kept {
        case .all: break
        case .allButLocation:
            if var fields = exif.flatMap({ EXIF($0) }), !fields.location.isEmpty {
                fields.location = [:]
                rest.exif = fields.isEmpty ? nil : fields.encoded()
            }
            if let packet = xmp {
                let edited = XMPPacket.withoutLocation(packet)
                rest.xmp = edited.packet
                rest.losses = (losses + edited.losses).unique
            }
        case .colors: (rest.exif, rest.iptc, rest.xmp, rest.text) = (nil, nil, nil, [])
        }
        return rest
    }
}

extension XMPPacket {
    /// The packet without the coordinates that EXIF has fields for.
    static func withoutLocation(_ packet: String) -> Edited {
        guard contains(packet, "GPS") else { return Edited(packet: packet) }
        guard let outline = XMLOutline(Array(packet.utf8)) else { return unreadable }
        let spaces = ["http://ns.adobe.com/exif/1.0/", "http://cipa.jp/exif/1.0/", "exif", "exifEX"]
        let cuts = outline.items.filter { spaces.contains($0.name.space) && $0.name.local.hasPrefix("GPS") }
        return Edited(packet: cutting(cuts.map { ($0.whole, "") }, from: packet))
    }
}
