import Glibc

/// A file that is open, closed when the last reference goes.
final class OpenFile: Sendable {
    let path: String
    let descriptor: Int32
    let isRegular: Bool

    /// Nil, with `errno` set, when it cannot be opened.
    init?(_ path: String, _ flags: Int32) {
        self.path = path
        descriptor = open(path, flags | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        isRegular = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    deinit { close(descriptor) }

    /// Bytes in it at the moment.
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

    /// Up to `target.count` bytes from `offset` on, of a stream the next ones; returns how many there were.
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

    /// Lets nobody else in for the time of a call. On a disk without locks the call is made all the same.
    func locked<Result>(_ body: () throws -> Result) rethrows -> Result {
        flock(descriptor, LOCK_EX)
        defer { flock(descriptor, LOCK_UN) }
        return try body()
    }
}
