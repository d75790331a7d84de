import Files
import Glibc
import ImageFiles

/// The contents of a folder, in natural order, without hidden files and files that operating systems leave behind.
struct FolderListing: Sendable, Equatable {
    let path: String
    /// Names of files and of folders.
    let files: [String]
    let folders: [String]

    /// - Throws: ``DatasetError/unreadable(path:reason:)``.
    init(_ path: String) throws {
        guard let directory = opendir(path) else {
            let reason =
                switch errno {
                case ENOENT: "there is no such file or folder"
                case ENOTDIR: "it is not a folder"
                default: String(cString: strerror(errno))
                }
            throw DatasetError.unreadable(path: path, reason: reason)
        }
        defer { closedir(directory) }
        var files: [String] = []
        var folders: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard Self.counts(name) else { continue }
            switch Self.kind(of: path + "/" + name) {
            case .folder: folders.append(name)
            case .file: files.append(name)
            case nil: continue
            }
        }
        self.path = path
        self.files = files.sorted(by: naturallyPrecedes)
        self.folders = folders.sorted(by: naturallyPrecedes)
    }

    /// The names of the files with the extension of a supported image format.
    var images: [String] { files.filter { ImageFormat(path: $0) != nil } }

    func path(of name: String) -> String { path.hasSuffix("/") ? path + name : path + "/" + name }

    enum Kind { case file, folder }

    static func kind(of path: String) -> Kind? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return .folder
        case S_IFREG: return .file
        default: return nil
        }
    }

    private static func counts(_ name: String) -> Bool {
        !name.hasPrefix(".") && !isSystemName(name)
    }

    /// Paths, relative to this folder, of all images in it and below it.
    func imagesBelow(depth: Int = 16) -> [String] {
        var found = images
        guard depth > 0 else { return found }
        for folder in folders {
            guard let inner = try? FolderListing(path(of: folder)) else { continue }
            found += inner.imagesBelow(depth: depth - 1).map { folder + "/" + $0 }
        }
        return found
    }
}

extension FolderListing {
    /// A few lines that show the contents: folders with their contents, then files by extension.
    var overview: String {
        var lines: [String] = []
        for folder in folders.prefix(8) {
            let content = (try? FolderListing(path(of: folder))).map(\.contentCounts) ?? "cannot be read"
            lines.append("  \(folder)/  \(content)")
        }
        if folders.count > 8 { lines.append("  … and \(folders.count - 8) more folders") }
        if !files.isEmpty {
            let sample = files.prefix(3).joined(separator: ", ") + (files.count > 3 ? ", …" : "")
            lines.append("  \(fileCounts)  (\(sample))")
        }
        return lines.isEmpty ? "  nothing" : lines.joined(separator: "\n")
    }

    private var contentCounts: String {
        let inner = folders.isEmpty ? nil : "\(folders.count) \(folders.count == 1 ? "folder" : "folders")"
        let parts = [inner, files.isEmpty ? nil : fileCounts].compactMap { $0 }
        return parts.isEmpty ? "empty" : parts.joined(separator: ", ")
    }

    private var fileCounts: String {
        Self.countsByExtension(files).prefix(4).map { "\($0.count) \($0.name)" }.joined(separator: ", ")
    }

    /// How many files there are of each extension, the most frequent first.
    static func countsByExtension(_ files: [String]) -> [(name: String, count: Int)] {
        var counts: [String: Int] = [:]
        for file in files {
            let parts = file.split(separator: ".", omittingEmptySubsequences: false)
            counts[parts.count > 1 ? ".\(parts[parts.count - 1].lowercased())" : "without extension", default: 0] += 1
        }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
    }
}
