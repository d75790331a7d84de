import Glibc

/// A file that appears whole or not at all: written under a temporary name in the same folder, synced to the disk, then
/// renamed. Whoever reads meanwhile, or after a crash, finds the old contents or the new ones. One that is dropped
/// before it is committed leaves nothing behind.
///
/// A link is followed, so that it stays one. What is no regular file (a pipe, a terminal, the null device) is written
/// to directly.
package final class AtomicFile {
    /// What a crash of the machine may undo once a file is committed.
    package enum Durability: Sendable {
        /// Nothing.
        case name
        /// That the new file has its name: then the old one still has it. Many files are written faster this way.
        case contents
    }

    private let path: String
    private let target: String
    private let file: OpenFile
    /// nil for what is no regular file.
    private var temporary: String?

    /// Begins a file.
    ///
    /// - Throws: ``FileWriteError``.
    package init(_ path: String) throws(FileWriteError) {
        self.path = path
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

    /// Gives the file its name. Nothing is written after this.
    package func commit(_ durability: Durability = .name) throws(FileWriteError) {
        guard let temporary else { return }
        guard fsync(file.descriptor) == 0, rename(temporary, target) == 0 else { throw .current(path) }
        self.temporary = nil
        // The rename itself lasts once the folder is on the disk; file systems that cannot sync a folder say so.
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
    /// - Throws: ``FileWriteError``, or what `body` throws; then the file is as it was.
    package static func write(
        to path: String, _ durability: Durability = .name, _ body: (AtomicFile) throws -> Void
    ) throws {
        let file = try AtomicFile(path)
        try body(file)
        try file.commit(durability)
    }
}

extension AtomicFile {
    private static let temporaryPrefix = ".atelier-"
    private static let temporarySuffix = ".tmp"

    /// The file is locked for as long as it is open, which tells it from what a killed program has left.
    private static func temporaryFile(
        in folder: String, for path: String
    ) throws(FileWriteError) -> (OpenFile, String) {
        while true {
            let unique = String(UInt64.random(in: .min ... .max), radix: 36)
            let temporary = joined(folder, temporaryPrefix + unique + temporarySuffix)
            if let file = OpenFile(temporary, O_WRONLY | O_CREAT | O_EXCL) {
                flock(file.descriptor, LOCK_EX)
                // Between the two calls somebody who cleans up may have taken it for a leftover.
                if file.status.map({ $0.st_nlink > 0 }) ?? true { return (file, temporary) }
            } else if errno != EEXIST && errno != EINTR {
                throw .current(path)
            }
        }
    }

    /// Removes the temporary files that killed programs have left in a folder. Those that are being written at the
    /// moment are locked, and stay.
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
