import Glibc
import ImageFiles

/// A file of JSON lines, one for each image, to which several processes may add at once.
///
/// A line is written whole, at the end of the file and under a lock, so that the lines of all ranks stand in one file
/// and those of a killed rank stay. What a line was cut off at is removed when the file is opened the next time.
final class BatchReport: Sendable {
    private let path: String
    private let descriptor: Int32
    private let isRegular: Bool

    /// - Throws: ``BatchError`` when the file cannot be written, or holds something else.
    init(_ path: String) throws {
        self.path = path
        var status = stat()
        isRegular = stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
        descriptor = open(path, (isRegular ? O_RDWR : O_WRONLY) | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            let reason = errno == ENOENT ? "its folder does not exist" : String(cString: strerror(errno))
            throw BatchError.usage("The report \(path) cannot be written: \(reason).")
        }
        guard isRegular else { return }
        try locked {
            if size > 0, byte(at: 0) != UInt8(ascii: "{") {
                throw BatchError.usage("\(path) is there already and is no report; give --report another name.")
            }
            ftruncate(descriptor, off_t(endOfLastLine()))
        }
    }

    deinit { close(descriptor) }

    /// Adds a line.
    func append(_ line: String) throws {
        let bytes = Array((line + "\n").utf8)
        try locked {
            let before = size
            var written = 0
            while written < bytes.count {
                let count = bytes.withUnsafeBytes {
                    write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written)
                }
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else {
                    let reason = String(cString: strerror(errno))
                    if isRegular { ftruncate(descriptor, off_t(before)) }
                    throw ImageError.notWritable(file: path, reason: reason)
                }
                written += count
            }
        }
    }

    /// Disks without locks are written to all the same: appending alone keeps the lines of one machine apart.
    private func locked(_ body: () throws -> Void) rethrows {
        flock(descriptor, LOCK_EX)
        defer { flock(descriptor, LOCK_UN) }
        try body()
    }

    private var size: Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    private func byte(at offset: Int) -> UInt8? {
        var byte: UInt8 = 0
        return pread(descriptor, &byte, 1, off_t(offset)) == 1 ? byte : nil
    }

    private func endOfLastLine() -> Int {
        var end = size
        while end > 0, byte(at: end - 1) != UInt8(ascii: "\n") { end -= 1 }
        return end
    }
}
