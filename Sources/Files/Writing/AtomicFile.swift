import Glibc

/// Writes a file atomically: under a temporary name in the same folder, synced to the disk, then renamed. Other
/// readers, and readers after a crash, find either the old or the new contents. If it is released before it is
/// committed, nothing is left behind.
///
/// Follows links, so a link stays a link. Writes directly to anything that is not a regular file (a pipe, a terminal,
/// the null device), and to descriptors that are open, such as the standard output.
package final class AtomicFile {
    /// What a crash of the machine may undo after a file is committed.
    package enum Durability: Sendable {
        /// Nothing.
        case name
        /// The rename: the old file may still have the name. This is faster for many files.
        case contents
    }

    private let path: String
    private let target: String
    private let file: OpenFile
    /// nil if the target is not a regular file.
    private var temporary: String?

    /// Begins a file.
    ///
    /// - Throws: ``FileWriteError``.
    package init(_ path: String) throws(FileWriteError) {
        self.path = path
        if let descriptor = openDescriptor(path) {
            guard let file = OpenFile(duplicating: descriptor, path) else { throw .current(path) }
            (self.file, target) = (file, path)
            return
        }
        var status = stat()
        let exists = stat(path, &status) == 0
        if exists, status.st_mode & S_IFMT == S_IFDIR {
            throw FileWriteError(path: path, reason: "it is a directory")
        }
        target = exists ? resolved(path) ?? path : path
        if exists, status.st_mode & S_IFMT != S_IFREG {
            guard let file = OpenFile(path, O_WRONLY) else { throw .current(path) }
            self.file = file
        } else {
            (file, temporary) = try Self.temporaryFile(in: split(target).folder, for: path)
            if exists { fchmod(file.descriptor, status.st_mode & 0o777) }
        }
    }

    deinit {
        if let temporary { unlink(temporary) }
    }

    package func write(_ bytes: UnsafeRawBufferPointer) throws(FileWriteError) {
        do { try file.write(bytes) } catch { throw FileWriteError(path: path, reason: error.reason) }
    }

    /// Whether bytes that were written may be replaced: not on a pipe or a stream.
    package var canOverwrite: Bool { temporary != nil }

    /// Replaces bytes that were written before.
    package func overwrite(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(FileWriteError) {
        guard let start = bytes.baseAddress else { return }
        var done = 0
        while done < bytes.count {
            let count = pwrite(file.descriptor, start + done, bytes.count - done, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .current(path) }
            done += count
        }
    }

    /// Gives the file its name. Nothing is written after this.
    package func commit(_ durability: Durability = .name) throws(FileWriteError) {
        guard let temporary else { return }
        guard fsync(file.descriptor) == 0, rename(temporary, target) == 0 else { throw .current(path) }
        self.temporary = nil
        // The rename is durable once the folder is synced; some file systems do not support that and return an error.
        if durability == .name { sync(split(target).folder) }
    }
}

extension AtomicFile {
    /// Writes a whole file.
    ///
    /// - Throws: ``FileWriteError``.
    package static func write(
        _ bytes: some Collection<UInt8>, to path: String, _ durability: Durability = .name
    ) throws {
        try write(to: path, durability) { file in
            let done: Void? = try bytes.withContiguousStorageIfAvailable { try file.write(UnsafeRawBufferPointer($0)) }
            if done == nil { try Array(bytes).withUnsafeBytes { try file.write($0) } }
        }
    }

    /// Writes a text.
    ///
    /// - Throws: ``FileWriteError``.
    package static func write(_ text: String, to path: String) throws { try write(text.utf8, to: path) }

    /// Writes a file piece by piece.
    ///
    /// - Throws: ``FileWriteError``, or the errors of `body`; then the file is unchanged.
    package static func write(
        to path: String, _ durability: Durability = .name, _ body: (AtomicFile) throws -> Void
    ) throws {
        let file = try AtomicFile(path)
        try body(file)
        try file.commit(durability)
    }
}

extension AtomicFile {
    /// Gives its name to a file that another program has written in the same file system.
    ///
    /// - Throws: ``FileWriteError``.
    package static func adopt(_ file: String, as path: String) throws(FileWriteError) {
        let status = FileStatus(path)
        if let status, status.kind != .file { throw FileWriteError(path: path, reason: "it is not a regular file") }
        let target = status == nil ? path : resolved(path) ?? path
        sync(file)
        guard rename(file, target) == 0 else { throw .current(path) }
        sync(split(target).folder)
    }
}

extension AtomicFile {
    private static let temporaryPrefix = ".atelier-"
    private static let temporarySuffix = ".tmp"

    /// The file is locked while it is open, which distinguishes it from files that killed programs left.
    private static func temporaryFile(
        in folder: String, for path: String
    ) throws(FileWriteError) -> (OpenFile, String) {
        while true {
            let unique = String(UInt64.random(in: .min ... .max), radix: 36)
            let temporary = joined(folder, temporaryPrefix + unique + temporarySuffix)
            if let file = OpenFile(temporary, O_WRONLY | O_CREAT | O_EXCL) {
                flock(file.descriptor, LOCK_EX)
                // Between the two calls, another process may have removed it as a leftover.
                if file.status.map({ $0.st_nlink > 0 }) ?? true { return (file, temporary) }
            } else if errno != EEXIST && errno != EINTR {
                throw .current(path)
            }
        }
    }

    /// Checks that files can be created in a folder.
    ///
    /// - Throws: ``FileWriteError`` with the folder's path.
    package static func checkFolder(_ folder: String) throws(FileWriteError) {
        let (file, temporary) = try temporaryFile(in: folder, for: folder)
        unlink(temporary)
        _ = file
    }

    /// Removes the temporary files that killed programs left in a folder. Files in use are locked and stay.
    ///
    /// - Returns: how many there were.
    @discardableResult package static func removeLeftovers(in folder: String) -> Int {
        guard let directory = opendir(folder) else { return 0 }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasPrefix(temporaryPrefix), name.hasSuffix(temporarySuffix) { names.append(name) }
        }
        return names.count { name in
            let path = joined(folder, name)
            guard let file = OpenFile(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK) else { return false }
            return flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 && unlink(path) == 0
        }
    }
}
