import Glibc

/// Makes a folder and those above it.
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

/// Has a file or a folder on the disk, where the file system can do that.
func sync(_ path: String) {
    guard let file = OpenFile(path, O_RDONLY) else { return }
    fsync(file.descriptor)
}
