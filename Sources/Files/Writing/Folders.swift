import Glibc

/// Creates a folder and those above it.
///
/// - Throws: ``FileWriteError``.
package func createFolders(_ path: String) throws(FileWriteError) {
    if mkdir(path, 0o777) == 0 { return }
    if errno == ENOENT, let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash != path.startIndex {
        try createFolders(String(path[..<slash]))
        if mkdir(path, 0o777) == 0 { return }
    }
    guard errno == EEXIST else { throw FileWriteError(path: path, reason: systemReason()) }
    guard FileStatus(path)?.kind == .folder else {
        throw FileWriteError(path: path, reason: "there is a file of that name")
    }
}

/// Syncs a file or folder to the disk, if the file system supports that.
func sync(_ path: String) {
    guard let file = OpenFile(path, O_RDONLY) else { return }
    fsync(file.descriptor)
}
