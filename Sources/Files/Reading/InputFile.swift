import Glibc

/// A file that is open for reading until the last reference is released.
package final class InputFile: Sendable {
    /// The kinds of files that may be opened.
    package enum Kind: Sendable {
        /// Files and streams: pipes, the standard input.
        case any
        /// Regular files only. Opening a pipe without a writer would block.
        case regular
    }

    package let path: String
    /// Bytes in a regular file, 0 for a stream.
    package let size: Int
    private let file: OpenFile

    /// - Throws: ``FileReadError``.
    package init(_ path: String, _ kind: Kind = .any) throws(FileReadError) {
        guard let file = OpenFile(path, kind == .regular ? O_RDONLY | O_NONBLOCK : O_RDONLY) else {
            throw .current(path)
        }
        guard kind == .any || file.isRegular else {
            throw FileReadError(path: path, reason: "it is not a regular file")
        }
        guard let status = file.status else { throw .current(path) }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw FileReadError(path: path, reason: "it is a directory")
        }
        (self.path, self.file, size) = (path, file, file.isRegular ? Int(status.st_size) : 0)
    }

    /// A descriptor that is open, such as the standard input. It is read from where it stands.
    ///
    /// - Throws: ``FileReadError`` with this name.
    package init(descriptor: Int32, name: String) throws(FileReadError) {
        guard let file = OpenFile(duplicating: descriptor, name) else { throw .current(name) }
        (path, self.file, size) = (name, file, file.isRegular ? file.size : 0)
    }

    /// The whole contents of the file or stream.
    ///
    /// - Throws: ``FileReadError``.
    package func readAll(limit: Int) throws -> [UInt8] {
        let most = min(max(limit, 0), Int.max - 1)
        var bytes: [UInt8] = []
        var wanted = size + 1
        while true {
            wanted = min(wanted, most + 1 - bytes.count)
            if wanted == 0 || size > most {
                throw FileReadError(path: path, kind: .tooLarge, reason: "the file has more than \(most) bytes")
            }
            let part = try next(wanted, at: nil)
            if bytes.isEmpty { bytes = part } else { bytes += part }
            if part.count < wanted { return bytes }
            wanted = max(65536, bytes.count)
        }
    }

    /// Up to `count` bytes from `offset` on; fewer at the end of the file.
    ///
    /// - Throws: ``FileReadError``.
    package func bytes(at offset: Int, count: Int) throws -> [UInt8] { try next(count, at: offset) }

    /// Up to `target.count` bytes from `offset` on; returns how many there were.
    package func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws(FileReadError) -> Int {
        try file.read(at: offset, into: target)
    }

    private func next(_ count: Int, at offset: Int?) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, got in
            let room = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count)
            got = try file.read(at: offset, into: room)
        }
    }
}
