import Glibc

/// An open file to read from; closed when the last reference goes.
package final class InputFile {
    let path: String
    private let descriptor: Int32
    /// Bytes in a regular file, 0 for a stream.
    let size: Int

    package init(_ path: String) throws {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { throw Self.failure(path) }
        var status = stat()
        let found = fstat(descriptor, &status)
        guard found == 0, status.st_mode & S_IFMT != S_IFDIR else {
            let error =
                found == 0 ? ImageError.unreadable(file: path, reason: "it is a directory") : Self.failure(path)
            close(descriptor)
            throw error
        }
        size = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : 0
    }

    deinit {
        close(descriptor)
    }

    /// Everything from the beginning of the file, or of a stream, on.
    package func readAll(limit: Int) throws -> [UInt8] {
        let most = min(max(limit, 0), Int.max - 1)
        var bytes: [UInt8] = []
        var wanted = size + 1
        while true {
            wanted = min(wanted, most + 1 - bytes.count)
            if wanted == 0 || size > most {
                throw ImageError.tooLarge(file: path, reason: "the file has more than \(most) bytes")
            }
            let part = try [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
                count = try fill(buffer.baseAddress, wanted) { read(descriptor, $0, $1) }
            }
            if bytes.isEmpty { bytes = part } else { bytes += part }
            if part.count < wanted { return bytes }
            wanted = max(65536, bytes.count)
        }
    }

    /// Up to `count` bytes from `offset` on; fewer at the end of the file.
    func bytes(at offset: Int, count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, got in
            got = try buffer.baseAddress.map { try load(at: offset, into: $0, count) } ?? 0
        }
    }

    /// Up to `count` bytes from `offset` on; returns how many there were.
    func load(at offset: Int, into target: UnsafeMutablePointer<UInt8>, _ count: Int) throws -> Int {
        var position = offset
        return try fill(target, count) { target, wanted in
            let got = pread(descriptor, target, wanted, off_t(position))
            position += max(got, 0)
            return got
        }
    }

    private func fill(
        _ target: UnsafeMutablePointer<UInt8>?, _ wanted: Int, from read: (UnsafeMutablePointer<UInt8>, Int) -> Int
    ) throws -> Int {
        guard let target else { return 0 }
        var count = 0
        while count < wanted {
            let got = read(target + count, wanted - count)
            if got == 0 { break }
            if got < 0 {
                if errno == EINTR { continue }
                throw Self.failure(path)
            }
            count += got
        }
        return count
    }

    private static func failure(_ path: String) -> ImageError {
        .unreadable(file: path, reason: errno == ENOENT ? "there is no such file" : String(cString: strerror(errno)))
    }
}
