import Glibc

/// Identifies a file or folder.
package struct FileIdentity: Hashable, Sendable {
    package let device: UInt64
    package let inode: UInt64
}

/// The status of a path in the file system.
package struct FileStatus {
    package enum Kind { case file, folder, link, special }

    package let kind: Kind
    package let identity: FileIdentity
    package let bytes: Int
    /// When its content last changed, in nanoseconds since 1970.
    package let modified: Int

    /// Nil, with `errno` set, when the path leads nowhere.
    package init?(_ path: String, followingLinks: Bool = true) {
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
        modified = Int(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int(status.st_mtim.tv_nsec)
    }
}
