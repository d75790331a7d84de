import Glibc

/// Files that are either there completely or not at all.
package enum OutputFile {
    /// Writes under a temporary name in the same folder, syncs, and renames. A link is followed, so that it stays one;
    /// what is no regular file (a pipe, a terminal) is written to directly.
    package static func write(_ bytes: [UInt8], to path: String) throws {
        let file = try Stream(path)
        try bytes.withUnsafeBytes { try file.write($0) }
        try file.commit()
    }

    /// A file that is written piece by piece. It has its name once it is committed; until then it is not there.
    package final class Stream {
        private let path: String
        private let descriptor: Int32
        /// nil for what is no regular file.
        private var temporary: String?
        private let target: String

        package init(_ path: String) throws {
            self.path = path
            var status = stat()
            let exists = stat(path, &status) == 0
            if exists, status.st_mode & S_IFMT == S_IFDIR {
                throw ImageError.notWritable(file: path, reason: "it is a directory")
            }
            target = exists ? resolved(path) : path
            if exists, status.st_mode & S_IFMT != S_IFREG {
                descriptor = open(path, O_WRONLY | O_CLOEXEC)
                guard descriptor >= 0 else { throw failure(path) }
            } else {
                (descriptor, temporary) = try createTemporary(besides: target, path: path)
                if exists { fchmod(descriptor, status.st_mode & 0o777) }
            }
        }

        deinit {
            if let temporary { unlink(temporary) }
            close(descriptor)
        }

        package func write(_ bytes: UnsafeRawBufferPointer) throws {
            var rest = bytes[...]
            while !rest.isEmpty {
                let wrote = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if wrote < 0 {
                    if errno == EINTR { continue }
                    throw failure(path)
                }
                rest = rest.dropFirst(wrote)
            }
        }

        /// Nothing is written after this.
        package func commit() throws {
            guard let temporary else { return }
            guard fsync(descriptor) == 0, rename(temporary, target) == 0 else { throw failure(path) }
            self.temporary = nil
        }
    }

    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// Makes a folder and those above it.
    package static func createFolders(_ path: String) throws {
        if mkdir(path, 0o777) == 0 { return }
        if errno == ENOENT, let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash != path.startIndex {
            try createFolders(String(path[..<slash]))
            if mkdir(path, 0o777) == 0 { return }
        }
        var status = stat()
        let reason = errno
        guard reason == EEXIST, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            let words = reason == EEXIST ? "there is a file of that name" : String(cString: strerror(reason))
            throw ImageError.notWritable(file: path, reason: words)
        }
    }

    /// Removes the temporary files that killed programs have left in a folder. Those that are being written at the
    /// moment are locked, and stay.
    ///
    /// - Returns: how many there were.
    @discardableResult package static func removeLeftovers(in folder: String) -> Int {
        guard let directory = opendir(folder) else { return 0 }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasPrefix(temporaryPrefix), name.hasSuffix(temporarySuffix) { names.append(name) }
        }
        return names.count { name in
            let path = folder + "/" + name
            let descriptor = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            guard descriptor >= 0 else { return false }
            defer { close(descriptor) }
            return flock(descriptor, LOCK_EX | LOCK_NB) == 0 && unlink(path) == 0
        }
    }

    private static let temporaryPrefix = ".atelier-"
    private static let temporarySuffix = ".tmp"

    /// The file is locked for as long as it is open, which tells it from what a killed program has left.
    private static func createTemporary(besides target: String, path: String) throws -> (Int32, String) {
        let slash = target.utf8.lastIndex(of: UInt8(ascii: "/"))
        let folder = slash.map { String(target[...$0]) } ?? ""
        while true {
            let unique = String(UInt64.random(in: .min ... .max), radix: 36)
            let temporary = folder + temporaryPrefix + unique + temporarySuffix
            let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            if descriptor >= 0 {
                flock(descriptor, LOCK_EX)
                // Between the two calls somebody who cleans up may have taken it for a leftover.
                var status = stat()
                if fstat(descriptor, &status) != 0 || status.st_nlink > 0 { return (descriptor, temporary) }
                close(descriptor)
            } else if errno != EEXIST && errno != EINTR {
                throw failure(path)
            }
        }
    }

    private static func failure(_ path: String) -> ImageError {
        .notWritable(
            file: path, reason: errno == ENOENT ? "its folder does not exist" : String(cString: strerror(errno)))
    }
}
