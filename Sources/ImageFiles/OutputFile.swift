import Glibc

/// Files that are either there completely or not at all.
package enum OutputFile {
    /// Writes under a temporary name in the same folder, syncs, and renames. A link is followed, so that it stays one;
    /// what is no regular file (a pipe, a terminal) is written to directly.
    package static func write(_ bytes: [UInt8], to path: String) throws {
        var status = stat()
        let exists = stat(path, &status) == 0
        if exists, status.st_mode & S_IFMT == S_IFDIR {
            throw ImageError.notWritable(file: path, reason: "it is a directory")
        }
        if exists, status.st_mode & S_IFMT != S_IFREG {
            let descriptor = open(path, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw failure(path) }
            defer { close(descriptor) }
            return try write(bytes, to: descriptor, path: path)
        }
        let target = exists ? resolved(path) : path
        let (descriptor, temporary) = try createTemporary(besides: target, path: path)
        do {
            defer { close(descriptor) }
            if exists { fchmod(descriptor, status.st_mode & 0o777) }
            try write(bytes, to: descriptor, path: path)
            guard fsync(descriptor) == 0 else { throw failure(path) }
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, target) == 0 else {
            let error = failure(path)
            unlink(temporary)
            throw error
        }
    }

    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    private static func createTemporary(besides target: String, path: String) throws -> (Int32, String) {
        let slash = target.utf8.lastIndex(of: UInt8(ascii: "/"))
        let folder = slash.map { String(target[...$0]) } ?? ""
        while true {
            let temporary = folder + ".atelier-\(String(UInt64.random(in: .min ... .max), radix: 36)).tmp"
            let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            if descriptor >= 0 { return (descriptor, temporary) }
            if errno != EEXIST && errno != EINTR { throw failure(path) }
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws {
        try bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let wrote = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if wrote < 0 {
                    if errno == EINTR { continue }
                    throw failure(path)
                }
                rest = rest.dropFirst(wrote)
            }
        }
    }

    private static func failure(_ path: String) -> ImageError {
        .notWritable(
            file: path, reason: errno == ENOENT ? "its folder does not exist" : String(cString: strerror(errno)))
    }
}
