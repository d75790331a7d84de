import Files
import ImageFiles
import Memory

/// Where the image files of a dataset are: in a folder, or in a zip archive. Files have paths relative to its top.
struct FileSource: Sendable {
    /// The folder or the archive.
    let path: String
    private let archive: ZipArchive?

    /// A folder.
    init(folder: String) { (path, archive) = (folder, nil) }

    /// A zip archive.
    ///
    /// - Throws: ``DatasetError``.
    init(archive path: String) throws {
        self.path = path
        do {
            archive = try ZipArchive(ByteSource(path: path), limits: Self.limits)
        } catch let error as FileFormatError {
            throw DatasetError(error, file: path)
        }
    }

    /// Enough for the largest public datasets. Deflated data cannot grow by more than a factor of 1032.
    private static let limits = ZipLimits(entries: 4_000_000, directoryBytes: 1 << 30, growth: 1100)

    /// All files of an archive, in natural order, without those that operating systems leave behind.
    var entries: [String] {
        (archive?.entries.keys).map { names in
            names.filter { name in
                !name.hasSuffix("/")
                    && !name.split(separator: "/").contains { $0.hasPrefix(".") || isSystemName(String($0)) }
            }.sorted(by: naturallyPrecedes)
        } ?? []
    }

    /// The name of a file in messages.
    func name(_ file: String) -> String { path + "/" + file }

    /// The size of a file; 0 if it is not there.
    func byteCount(_ file: String) -> Int {
        guard let archive else { return FileStatus(name(file))?.bytes ?? 0 }
        return archive.entries[file]?.size ?? 0
    }

    /// The contents of a file.
    ///
    /// - Throws: ``DatasetError``, `FileReadError`.
    func bytes(of file: String, limit: Int) throws -> [UInt8] {
        guard let archive else { return try InputFile(name(file), .regular).readAll(limit: limit) }
        guard let entry = archive.entries[file] else {
            throw DatasetError.unreadable(path: name(file), reason: "there is no such file in the archive")
        }
        do { return try archive.contents(of: entry, limit: limit) } catch let error as FileFormatError {
            if case .outOfMemory(let cause) = error { throw ImageError.outOfMemory(file: name(file), cause) }
            throw DatasetError(error, file: name(file))
        }
    }

    /// An image.
    ///
    /// - Throws: `ImageError`, ``DatasetError``.
    func image(_ file: String) throws -> Image {
        guard archive != nil else { return try Image.read(name(file)) }
        return try Image.decode(bytes(of: file, limit: ImageLimits.standard.maxBytes), name: name(file))
    }

    /// The size and the channels of an image; nil if it cannot be read.
    ///
    /// - Throws: what names a lack of memory.
    func form(of file: String) throws -> ImageForm? {
        guard archive != nil else { return try ImageForm(ofFile: name(file)) }
        return try ifReadable { try image(file) }.map { ImageForm($0.width, $0.height, $0.channels) }
    }
}

/// The size and the channels of an image.
struct ImageForm: Sendable {
    let size: ImageSize
    let isGray: Bool

    init(_ width: Int, _ height: Int, _ channels: Int) {
        size = ImageSize(width: width, height: height)
        isGray = channels <= 2
    }

    /// That of an image file; nil if it cannot be read.
    ///
    /// - Throws: what names a lack of memory.
    init?(ofFile path: String) throws {
        guard let header = try ifReadable({ try Image.header(of: path) }) else { return nil }
        self.init(header.width, header.height, header.channels)
    }
}

/// What a closure reads; nil if it cannot be read. A lack of memory says nothing of the file and stays an error.
func ifReadable<Result>(_ read: () throws -> Result) throws -> Result? {
    do { return try read() } catch {
        if OutOfMemory.cause(of: error) != nil { throw error }
        return nil
    }
}

extension DatasetError {
    fileprivate init(_ error: FileFormatError, file: String) {
        switch error {
        case .unreadable(let reason): self = .unreadable(path: file, reason: reason)
        case .truncated(let place): self = .corrupt(file: file, reason: "it ends too early, at \(place)")
        case .malformed(let reason, let place): self = .corrupt(file: file, reason: "\(reason) (\(place))")
        case .tooLarge(let reason): self = .corrupt(file: file, reason: reason)
        case .outOfMemory(let cause): self = .unreadable(path: file, reason: "\(cause)")
        }
    }
}
