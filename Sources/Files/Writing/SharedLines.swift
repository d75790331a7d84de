import Glibc

/// A file of lines to which several processes may append at the same time.
///
/// Each line is appended whole, under a lock, so that all processes can write to one file and the lines of a killed
/// process remain. The next opening removes an incomplete last line.
package final class SharedLines: Sendable {
    private let file: OpenFile

    /// - Parameter mark: the first byte of such files; a file with another first byte is not changed.
    /// - Throws: ``FileWriteError``.
    package init(_ path: String, mark: UInt8) throws {
        var status = stat()
        let isRegular = stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
        guard let file = OpenFile(path, (isRegular ? O_RDWR : O_WRONLY) | O_CREAT | O_APPEND) else {
            throw FileWriteError.current(path)
        }
        self.file = file
        guard file.isRegular else { return }
        try file.locked {
            guard file.size == 0 || byte(at: 0) == mark else { throw UnknownContents() }
            ftruncate(file.descriptor, off_t(endOfLastLine()))
        }
    }

    /// The file exists and contains something else.
    package struct UnknownContents: Error { package init() {} }

    /// Adds a line.
    ///
    /// - Throws: ``FileWriteError``; then the file does not contain any part of the line.
    package func append(_ line: String) throws {
        try file.locked {
            let before = file.size
            do {
                try Array((line + "\n").utf8).withUnsafeBytes { try file.write($0) }
            } catch {
                if file.isRegular { ftruncate(file.descriptor, off_t(before)) }
                throw error
            }
        }
    }

    private func byte(at offset: Int) -> UInt8? {
        var byte: UInt8 = 0
        let count = withUnsafeMutableBytes(of: &byte) { try? file.read(at: offset, into: $0) }
        return count == 1 ? byte : nil
    }

    private func endOfLastLine() -> Int {
        var end = file.size
        while end > 0, byte(at: end - 1) != UInt8(ascii: "\n") { end -= 1 }
        return end
    }
}
