import Glibc

/// What tells one file or folder from every other.
struct FileIdentity: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
}

/// What the file system says about a path.
struct FileStatus {
    enum Kind { case file, folder, link, special }

    let kind: Kind
    let identity: FileIdentity
    let bytes: Int

    /// Nil, with `errno` set, when the path leads nowhere.
    init?(_ path: String, followingLinks: Bool = true) {
        var status = stat()
        guard (followingLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .link
            default: .special
            }
        identity = FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        bytes = Int(status.st_size)
    }
}

/// A name within a folder as a path.
func joined(_ folder: String, _ name: String) -> String {
    if folder.isEmpty { return name }
    return folder.utf8.last == UInt8(ascii: "/") ? folder + name : folder + "/" + name
}

/// The folder of a path and the name within it; `.` when there is no slash.
func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
    let name = String(path[path.utf8.index(after: slash)...])
    return (slash == path.startIndex ? "/" : String(path[..<slash]), name)
}

/// A path without slashes at its end.
func trimmed(_ path: String) -> String {
    var end = path.utf8.endIndex
    while end != path.startIndex {
        let last = path.utf8.index(before: end)
        guard path.utf8[last] == UInt8(ascii: "/"), last != path.startIndex else { break }
        end = last
    }
    return String(path[..<end])
}

/// The absolute path without links, if there is such a file or folder.
func resolved(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(validatingCString: real)
}
