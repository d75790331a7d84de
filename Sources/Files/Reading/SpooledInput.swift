import Glibc

/// The standard input as a file: its bytes are copied to a file without a name, which is gone with the last reference.
package final class SpooledInput: Sendable {
    /// The path under which the copy can be opened.
    package let path: String
    private let file: OpenFile

    /// Reads the standard input to its end.
    ///
    /// - Throws: ``FileReadError`` when it cannot be read or is too long, ``FileWriteError`` when there is no room for it.
    package init(limit: Int) throws {
        let bytes = try InputFile(descriptor: STDIN_FILENO, name: StandardStream.inputName).readAll(limit: limit)
        guard let stream = tmpfile() else { throw FileWriteError.current("a temporary file") }
        defer { fclose(stream) }
        guard let file = OpenFile(duplicating: fileno(stream), "a temporary file") else {
            throw FileWriteError.current("a temporary file")
        }
        try bytes.withUnsafeBytes { try file.write($0) }
        self.file = file
        path = "/proc/self/fd/\(file.descriptor)"
    }
}
