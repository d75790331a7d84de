import Glibc

/// A file of lines to which several processes may add at once.
///
/// A line is written whole, at the end of the file and under a lock, so that the lines of all processes stand in one
/// file and those of a killed one stay. What a line was cut off at is removed when the file is opened the next time.
package final class SharedLines: Sendable {
    private let file: OpenFile

    /// - Parameter mark: the byte that such files begin with; a file that begins otherwise is left as it is.
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

    /// The file is there already and holds something else.
    package struct UnknownContents: Error { package init() {} }

    /// Adds a line.
    ///
    /// - Throws: ``FileWriteError``; then nothing of the line is in the file.
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
