/// The formats that are read. ``isWritten`` tells which of them are written, too.
public enum ImageFormat: String, CaseIterable, Sendable {
    /// Portable Network Graphics.
    case png
    /// JPEG in any container, such as JFIF or Exif.
    case jpeg
    /// WebP, lossy or lossless.
    case webp
    /// TIFF and BigTIFF.
    case tiff
    /// GIF; only read.
    case gif
    /// Bitmaps of Windows and OS/2; only read.
    case bmp

    /// Whether files of this format are written.
    public var isWritten: Bool { self != .gif && self != .bmp }

    /// The name of the format as people write it.
    package var name: String {
        switch self {
        case .png: "PNG"
        case .jpeg: "JPEG"
        case .webp: "WebP"
        case .tiff: "TIFF"
        case .gif: "GIF"
        case .bmp: "BMP"
        }
    }

    /// The names of all formats: “PNG, JPEG, WebP, TIFF, GIF and BMP”.
    package static var names: String {
        let names = allCases.map(\.name)
        return names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
    }

    /// The extension that files of this format get.
    public var fileExtension: String {
        switch self {
        case .png: "png"
        case .jpeg: "jpg"
        case .webp: "webp"
        case .tiff: "tif"
        case .gif: "gif"
        case .bmp: "bmp"
        }
    }

    /// The extensions that files of this format have, in lower case.
    package var fileExtensions: [String] {
        switch self {
        case .png: ["png", "apng"]
        case .jpeg: ["jpg", "jpeg", "jpe", "jfif"]
        case .webp: ["webp"]
        case .tiff: ["tif", "tiff"]
        case .gif: ["gif"]
        case .bmp: ["bmp", "dib"]
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

    /// The format that a file with the extension of a path is written in; nil if there is none.
    public init?(writtenPath path: String) {
        guard let format = ImageFormat(path: path), format.isWritten else { return nil }
        self = format
    }

    /// The endings of names that images are written under: “.png, .jpg, .webp or .tif”.
    package static var writtenEndings: String {
        let endings = allCases.filter(\.isWritten).map { "." + $0.fileExtension }
        return endings.dropLast().joined(separator: ", ") + " or " + (endings.last ?? "")
    }

    /// The format of a file, determined from its first bytes.
    package static func sniff(_ bytes: some Collection<UInt8>) -> ImageFormat? {
        let start = Array(bytes.prefix(18))
        if start.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return .png }
        if start.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        if start.starts(with: "RIFF".utf8), start.dropFirst(8).starts(with: "WEBP".utf8) { return .webp }
        if ["II*\0", "MM\0*", "II+\0", "MM\0+"].contains(where: { start.starts(with: $0.utf8) }) { return .tiff }
        if start.starts(with: "GIF87a".utf8) || start.starts(with: "GIF89a".utf8) { return .gif }
        // A text may begin with these letters; the size of the second header tells them apart.
        let headers: [UInt8] = [12, 16, 40, 52, 56, 64, 108, 124]
        if start.starts(with: "BM".utf8), start.count == 18, headers.contains(start[14]), start[15...] == [0, 0, 0] {
            return .bmp
        }
        return nil
    }
}
