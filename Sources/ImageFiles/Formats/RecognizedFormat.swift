import CImageCodecs

extension ImageFormat {
    /// The format of a file, determined from its first bytes.
    package static func sniff(_ bytes: some Collection<UInt8>) -> ImageFormat? {
        let start = Array(bytes.prefix(64))
        if start.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return .png }
        if start.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        if start.starts(with: "RIFF".utf8), start.dropFirst(8).starts(with: "WEBP".utf8) { return .webp }
        if ["II*\0", "MM\0*", "II+\0", "MM\0+"].contains(where: { start.starts(with: $0.utf8) }) { return .tiff }
        if start.starts(with: "GIF87a".utf8) || start.starts(with: "GIF89a".utf8) { return .gif }
        if start.starts(with: [0xFF, 0x0A]) { return .jxl }
        if start.starts(with: [0, 0, 0, 12]), start.dropFirst(4).starts(with: "JXL ".utf8) { return .jxl }
        // A text may begin with these letters; the size of the second header tells them apart.
        let headers: [UInt8] = [12, 16, 40, 52, 56, 64, 108, 124]
        if start.starts(with: "BM".utf8), start.count >= 18, headers.contains(start[14]), start[15..<18] == [0, 0, 0] {
            return .bmp
        }
        return highEfficiency(start)
    }

    /// AVIF or HEIC by the brands of the first box; nil for other files of such boxes, such as films.
    private static func highEfficiency(_ start: [UInt8]) -> ImageFormat? {
        guard start.count >= 12, start[4..<8].elementsEqual("ftyp".utf8) else { return nil }
        let size = start[..<4].reduce(0) { $0 << 8 | Int($1) }
        // Between the main brand and the others lies a version.
        let places = [8] + stride(from: 16, through: min(size, start.count) - 4, by: 4)
        let brands = places.map { String(decoding: start[$0..<$0 + 4], as: UTF8.self) }
        if brands.contains("avif") || brands.contains("avis") { return .avif }
        let known: Set = ["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1"]
        return known.isDisjoint(with: brands) ? nil : .heic
    }

    /// Whether this build reads files of this format: AVIF and HEIC take libheif, JPEG XL takes libjxl.
    public var isRead: Bool { codec_reads(forCodec) }

    /// Why a file of this format cannot be read.
    var missingLibrary: String {
        let library = self == .jxl ? "libjxl" : "libheif"
        return
            "this program was built without \(library), which reads \(name); install \(library)-dev and build it again"
    }

    var forCodec: codec_format {
        switch self {
        case .png: CODEC_PNG
        case .jpeg: CODEC_JPEG
        case .webp: CODEC_WEBP
        case .tiff: CODEC_TIFF
        case .gif: CODEC_GIF
        case .bmp: CODEC_BMP
        case .avif, .heic: CODEC_HEIF
        case .jxl: CODEC_JXL
        }
    }
}
