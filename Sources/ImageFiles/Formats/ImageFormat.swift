/// The formats that are known. ``isRead`` tells which of them this build reads, ``isWritten`` which are written.
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
    /// AV1 in HEIF; only read, by libheif.
    case avif
    /// HEVC in HEIF, as phones write it; only read, by libheif.
    case heic
    /// JPEG XL, with or without its container; only read, by libjxl.
    case jxl

    /// Whether files of this format are written.
    public var isWritten: Bool {
        switch self {
        case .png, .jpeg, .webp, .tiff: true
        case .gif, .bmp, .avif, .heic, .jxl: false
        }
    }

    /// The name of the format as people write it.
    package var name: String {
        switch self {
        case .png: "PNG"
        case .jpeg: "JPEG"
        case .webp: "WebP"
        case .tiff: "TIFF"
        case .gif: "GIF"
        case .bmp: "BMP"
        case .avif: "AVIF"
        case .heic: "HEIC"
        case .jxl: "JPEG XL"
        }
    }

    /// The names of all formats that are read: “PNG, JPEG, WebP, TIFF, GIF and BMP”, and more where their libraries are
    /// built in.
    package static var names: String {
        let names = allCases.filter(\.isRead).map(\.name)
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
        case .avif: "avif"
        case .heic: "heic"
        case .jxl: "jxl"
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
        case .avif: ["avif", "avifs"]
        case .heic: ["heic", "heif", "hif"]
        case .jxl: ["jxl"]
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
}
