import ImageFiles
import Models

extension FuzzTarget {
    /// An EXIF block, as a file may hold it and a program may set it.
    static let exif = FuzzTarget("exif") { bytes in
        let metadata = ImageMetadata(exif: bytes)
        _ = (metadata.namedEXIF, metadata.hasPosition)
        try check(metadata, bytes)
    }

    /// An XMP packet, a zero byte, IPTC's fields.
    static let metadata = FuzzTarget("metadata") { bytes in
        let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false).map { Array($0) }
        let packet = String(decoding: parts[0], as: UTF8.self)
        let space = "http://ns.adobe.com/xap/1.0/"
        _ = XMPProperties.text(of: "CreatorTool", in: space, XMPProperties.removing(space, from: packet))
        _ = try? Recipe(xmp: packet)
        try check(ImageMetadata(xmp: packet, iptc: parts.count > 1 ? parts[1] : nil), bytes)
    }

    /// A format takes it, the file is upright, and what was read of it once comes out the same a second time. The bytes
    /// choose the format.
    private static func check(_ metadata: ImageMetadata, _ bytes: [UInt8]) throws {
        let formats = ImageFormat.allCases.filter(\.isWritten)
        let format = formats[bytes.reduce(0) { $0 + Int($1) } % formats.count]
        let larger = metadata.resized(from: (5, 4), to: (11, 9)).keeping(.allButLocation)
        for metadata in [metadata, larger] {
            let image = Image(
                width: 5, height: 4, channels: 3, samples8: [UInt8](repeating: 128, count: 60), metadata: metadata)
            let first = try decoded(image, format)
            let second = try decoded(first, format)
            try expect((first.width, first.height) == (5, 4), "a \(format) of \(first.width) by \(first.height) pixels")
            try expect(first.metadata.exif == second.metadata.exif, "other EXIF in the second \(format)")
            try expect(first.metadata.iptc == second.metadata.iptc, "other IPTC in the second \(format)")
            try expect(first.metadata.xmp == second.metadata.xmp, "other XMP in the second \(format)")
        }
    }

    private static func decoded(_ image: Image, _ format: ImageFormat) throws -> Image {
        try Image.decode(image.encoded(as: EncodingOptions(format), name: "image"), name: "image")
    }
}
