import Glibc

/// An open file; it is closed when the last reference is released.
final class OpenFile: Sendable {
    let path: String
    let descriptor: Int32
    let isRegular: Bool

    /// Nil, with `errno` set, if the file cannot be opened.
    init?(_ path: String, _ flags: Int32) {
        self.path = path
        descriptor = open(path, flags | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        isRegular = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Another reference to a descriptor that is open. Nil, with `errno` set, if it is not.
    init?(duplicating descriptor: Int32, _ path: String) {
        self.path = path
        self.descriptor = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard self.descriptor >= 0 else { return nil }
        var status = stat()
        isRegular = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    deinit { close(descriptor) }

    /// The current size, in bytes.
    var size: Int { status.map { Int($0.st_size) } ?? 0 }

    var status: stat? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status : nil
    }

    /// Writes all bytes, in as many calls as needed.
    func write(_ bytes: UnsafeRawBufferPointer) throws(FileWriteError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let written = Glibc.write(descriptor, part.baseAddress, min(part.count, 1 << 30))
            if written < 0 {
                if errno == EINTR { continue }
                throw .current(path)
            }
            rest = rest.dropFirst(written)
        }
    }

    /// Reads up to `target.count` bytes from `offset` on, or the next ones of a stream; returns their number.
    func read(at offset: Int?, into target: UnsafeMutableRawBufferPointer) throws(FileReadError) -> Int {
        guard let start = target.baseAddress else { return 0 }
        var done = 0
        while done < target.count {
            let rest = target.count - done
            let got =
                if let offset {
                    pread(descriptor, start + done, rest, off_t(offset + done))
                } else {
                    Glibc.read(descriptor, start + done, rest)
                }
            if got == 0 { break }
            if got < 0 {
                if errno == EINTR { continue }
                throw .current(path)
            }
            done += got
        }
        return done
    }

    /// Holds a lock during a call. On a disk without locks, the call runs without one.
    func locked<Result>(_ body: () throws -> Result) rethrows -> Result {
        flock(descriptor, LOCK_EX)
        defer { flock(descriptor, LOCK_UN) }
        return try body()
    }
}
