import Foundation

/// A file that grows at its end, through a buffer.
package final class AppendingFile {
    package let path: String
    private let descriptor: Int32
    private var pending: [UInt8] = []

    package init(_ path: String) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw TrainingError.file(path: path, reason: String(cString: strerror(errno))) }
    }

    deinit {
        try? flush()
        close(descriptor)
    }

    package func append(_ bytes: some Sequence<UInt8>) throws {
        pending.append(contentsOf: bytes)
        if pending.count >= 1 << 16 { try flush() }
    }

    /// Hands the buffer to the operating system.
    package func flush() throws {
        var done = 0
        while done < pending.count {
            let count = pending.withUnsafeBytes { write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done) }
            if count < 0 {
                if errno == EINTR { continue }
                throw TrainingError.file(path: path, reason: String(cString: strerror(errno)))
            }
            done += count
        }
        pending.removeAll(keepingCapacity: true)
    }
}
