import Foundation

/// Why a file could not be written.
public struct FileWriteError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file that was to be written.
    public let path: String
    /// What the system said.
    public let reason: String

    /// The file and what the system said.
    public var description: String { "cannot write \(path): \(reason)" }
}

/// Files that appear whole or not at all: written under a temporary name in the same folder, synced to the disk, then
/// renamed. Whoever reads meanwhile, or after a crash, finds the old contents or the new ones. What is no regular file (a
/// pipe, a terminal, the null device) is written to directly.
package enum AtomicFile {
    /// Writes bytes to the temporary file, in as many calls as needed.
    package struct Sink {
        fileprivate let descriptor: Int32
        fileprivate let path: String

        package func write(_ bytes: UnsafeRawBufferPointer) throws(FileWriteError) {
            var rest = bytes
            while let start = rest.baseAddress, !rest.isEmpty {
                let written = Foundation.write(descriptor, start, min(rest.count, 1 << 30))
                if written < 0 {
                    if errno == EINTR { continue }
                    throw FileWriteError.current(path)
                }
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            }
        }
    }

    /// - Throws: `FileWriteError`.
    package static func write(_ bytes: some Collection<UInt8>, to path: String) throws {
        let contiguous = Array(bytes)
        try write(to: path) { sink in try contiguous.withUnsafeBytes { try sink.write($0) } }
    }

    package static func write(_ text: String, to path: String) throws {
        try write(text.utf8, to: path)
    }

    /// - Throws: `FileWriteError`, or what `body` throws.
    package static func write(to path: String, _ body: (Sink) throws -> Void) throws {
        var status = stat()
        if stat(path, &status) == 0, ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) {
            return try writeDirectly(to: path, body)
        }
        let url = URL(fileURLWithPath: path)
        let folder = url.deletingLastPathComponent().path
        let temporary = folder + "/." + url.lastPathComponent + ".\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw FileWriteError.current(path) }
        do {
            do {
                try body(Sink(descriptor: descriptor, path: path))
                guard fsync(descriptor) == 0 else { throw FileWriteError.current(path) }
            } catch {
                close(descriptor)
                throw error
            }
            guard close(descriptor) == 0, rename(temporary, path) == 0 else { throw FileWriteError.current(path) }
        } catch {
            unlink(temporary)
            throw error
        }
        // The rename itself lasts once the folder is on the disk; file systems that cannot sync a folder say so.
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if directory >= 0 {
            fsync(directory)
            close(directory)
        }
    }

    private static func writeDirectly(to path: String, _ body: (Sink) throws -> Void) throws {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileWriteError.current(path) }
        defer { close(descriptor) }
        try body(Sink(descriptor: descriptor, path: path))
    }
}

extension FileWriteError {
    fileprivate static func current(_ path: String) -> FileWriteError {
        FileWriteError(path: path, reason: String(cString: strerror(errno)))
    }
}
