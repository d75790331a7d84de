/// The formats that are read and written.
public enum ImageFormat: String, CaseIterable, Sendable {
    /// Portable Network Graphics.
    case png
    /// JPEG in any container, such as JFIF or Exif.
    case jpeg

    /// The extension that files of this format get.
    public var fileExtension: String {
        switch self {
        case .png: "png"
        case .jpeg: "jpg"
        }
    }

    /// The extensions that files of this format have, in lower case.
    package var fileExtensions: [String] {
        switch self {
        case .png: ["png", "apng"]
        case .jpeg: ["jpg", "jpeg", "jpe", "jfif"]
        }
    }

    /// The format that goes with a file extension (without its dot, in any case).
    public init?(fileExtension: String) {
        let lowercased = fileExtension.lowercased()
        guard let format = Self.allCases.first(where: { $0.fileExtensions.contains(lowercased) }) else { return nil }
        self = format
    }

    /// The format that goes with the extension of a path.
    public init?(path: String) {
        let name = path.utf8.split(separator: UInt8(ascii: "/")).last ?? Substring(path).utf8
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")) else { return nil }
        self.init(fileExtension: String(decoding: name[name.index(after: dot)...], as: UTF8.self))
    }

    /// The format of a file, determined from its first bytes.
    package static func sniff(_ bytes: some Collection<UInt8>) -> ImageFormat? {
        let start = Array(bytes.prefix(4))
        if start.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return .png }
        if start.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        return nil
    }

    /// The name of an unsupported image format, determined from the first bytes of a file.
    static func sniffForeign(_ start: [UInt8]) -> String? {
        func says(_ text: String, at offset: Int = 0) -> Bool {
            start.dropFirst(offset).starts(with: text.utf8)
        }
        if says("GIF8") { return "GIF" }
        if says("RIFF") && says("WEBP", at: 8) { return "WebP" }
        if says("BM") && start.count > 14 && start[6...9].allSatisfy({ $0 == 0 }) { return "BMP" }
        if says("II*\0") || says("MM\0*") || says("II+\0") || says("MM\0+") { return "TIFF" }
        if says("ftypavi", at: 4) { return "AVIF" }
        if says("ftyphei", at: 4) || says("ftyphev", at: 4) || says("ftypmif1", at: 4) { return "HEIF" }
        if says("8BPS") { return "Photoshop" }
        if start.starts(with: [0xFF, 0x0A]) || says("JXL ", at: 4) { return "JPEG XL" }
        if says("jP  ", at: 4) || start.starts(with: [0xFF, 0x4F, 0xFF, 0x51]) { return "JPEG 2000" }
        if says("gimp xcf") { return "GIMP" }
        if says("qoif") { return "QOI" }
        if start.starts(with: [0x76, 0x2F, 0x31, 0x01]) { return "OpenEXR" }
        if says("<svg") { return "SVG" }
        if says("P") && start.count > 2 && (0x31...0x37).contains(start[1]) && [0x0A, 0x20].contains(start[2]) {
            return "Netpbm"
        }
        return nil
    }
}
