import ImageFiles

/// What a path can be the name of, judging by its ending.
package enum ResultName: Equatable {
    /// An image in a format that is written.
    case image(ImageFormat)
    /// An image in a format that is read, and not written; the ending is in lower case.
    case onlyRead(ending: String)
    /// A file in a format that is neither read nor written; the ending is in lower case.
    case foreign(ending: String)
    /// A folder, or anything else.
    case other

    package init(_ path: String) {
        let name = path.utf8.split(separator: UInt8(ascii: "/")).last ?? Substring(path).utf8
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")) else {
            self = .other
            return
        }
        let ending = String(decoding: name[name.index(after: dot)...], as: UTF8.self).lowercased()
        if let format = ImageFormat(fileExtension: ending) {
            self = format.isWritten ? .image(format) : .onlyRead(ending: ending)
        } else {
            self = Self.foreignImages.union(Self.otherFiles).contains(ending) ? .foreign(ending: ending) : .other
        }
    }

    /// The reason to refuse such a name for a result; nil if there is none.
    package static func refusal(of path: String) -> String? {
        switch ResultName(path) {
        case .foreign(let ending), .onlyRead(let ending):
            return "\(path): .\(ending) files are not written; the name must end in \(ImageFormat.writtenEndings)"
        case .image, .other: return nil
        }
    }

    /// The endings of images that are not read either.
    static let foreignImages: Set<String> = [
        "heic", "heif", "avif", "jxl", "jp2", "psd", "svg", "exr", "tga", "ppm", "pgm", "pbm", "pnm", "qoi", "ico",
        "dng", "cr2", "cr3", "nef", "arw", "raf", "orf", "rw2",
    ]

    /// Endings that people give when they expect another kind of file.
    private static let otherFiles: Set<String> = [
        "pdf", "eps", "ps", "hdr", "pfm", "dds", "xcf", "mng", "mp4", "m4v", "mov", "avi", "mkv", "webm", "zip", "npy",
    ]
}
