import Glibc

/// A file that is appended to through a buffer.
package final class AppendingFile {
    private let file: OpenFile
    private var pending: [UInt8] = []

    /// - Throws: ``FileWriteError``.
    package init(_ path: String) throws(FileWriteError) {
        guard let file = OpenFile(path, O_WRONLY | O_CREAT | O_APPEND) else { throw .current(path) }
        self.file = file
    }

    deinit { try? flush() }

    /// - Throws: ``FileWriteError``.
    package func append(_ bytes: some Sequence<UInt8>) throws {
        pending.append(contentsOf: bytes)
        if pending.count >= 1 << 16 { try flush() }
    }

    /// Writes the buffer to the operating system.
    ///
    /// - Throws: ``FileWriteError``.
    package func flush() throws {
        try pending.withUnsafeBytes { try file.write($0) }
        pending.removeAll(keepingCapacity: true)
    }
}
