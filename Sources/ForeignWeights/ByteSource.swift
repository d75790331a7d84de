import Foundation

/// The bytes of a file, read piece by piece when asked for, or bytes in memory.
final class ByteSource: Sendable {
    private enum Backing {
        case memory([UInt8])
        case file(descriptor: Int32)
    }

    let size: Int
    private let backing: Backing

    init(_ bytes: [UInt8]) {
        size = bytes.count
        backing = .memory(bytes)
    }

    init(path: String) throws {
        // A pipe would keep the opening waiting.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let reason = errno == ENOENT ? "there is no such file" : String(cString: strerror(errno))
            throw ForeignWeightsError.Cause.unreadable(reason)
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw ForeignWeightsError.Cause.unreadable("it is not a file")
        }
        size = Int(status.st_size)
        backing = .file(descriptor: descriptor)
    }

    deinit {
        if case .file(let descriptor) = backing { close(descriptor) }
    }

    /// - Throws: ``ForeignWeightsError/Cause`` when the file ends before that, or cannot be read.
    func bytes(at offset: Int, count: Int) throws -> [UInt8] {
        guard offset >= 0, count >= 0, offset <= size, count <= size - offset else {
            throw ForeignWeightsError.Cause.truncated(.init(part: nil, offset: size))
        }
        switch backing {
        case .memory(let bytes): return Array(bytes[offset..<offset + count])
        case .file(let descriptor):
            return try [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
                while done < count, let start = buffer.baseAddress {
                    let got = pread(descriptor, start + done, count - done, off_t(offset + done))
                    if got < 0 && errno == EINTR { continue }
                    if got < 0 { throw ForeignWeightsError.Cause.unreadable(String(cString: strerror(errno))) }
                    if got == 0 { throw ForeignWeightsError.Cause.truncated(.init(part: nil, offset: offset + done)) }
                    done += got
                }
            }
        }
    }

    /// Up to so many bytes, fewer at the end.
    func bytes(at offset: Int, upTo count: Int) throws -> [UInt8] {
        try bytes(at: offset, count: max(0, min(count, size - offset)))
    }
}

/// Little-endian numbers in front of further bytes; reading past the end throws.
struct ByteCursor {
    let bytes: [UInt8]
    private(set) var position: Int
    /// Names the part in errors.
    private let part: String?
    /// Where `bytes` begin in the part.
    private let base: Int

    init(_ bytes: [UInt8], at position: Int = 0, part: String? = nil, base: Int = 0) {
        self.bytes = bytes
        self.position = position
        self.part = part
        self.base = base
    }

    var remaining: Int { bytes.count - position }
    var place: ForeignWeightsError.Place { place(at: position) }
    func place(at position: Int) -> ForeignWeightsError.Place { .init(part: part, offset: base + position) }

    /// - Throws: `truncated` when fewer are left; nothing is allocated before that is known.
    mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else {
            throw ForeignWeightsError.Cause.truncated(place(at: bytes.count))
        }
        defer { position += count }
        return bytes[position..<position + count]
    }

    /// A count that has to be smaller than what is left.
    mutating func takeLength(_ size: Int) throws -> Int {
        let value = try takeUnsigned(size)
        guard value <= UInt64(remaining) else {
            throw ForeignWeightsError.Cause.truncated(place(at: bytes.count))
        }
        return Int(value)
    }

    mutating func takeUnsigned(_ size: Int) throws -> UInt64 {
        try take(size).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func takeByte() throws -> UInt8 {
        guard position < bytes.count else { throw ForeignWeightsError.Cause.truncated(place) }
        defer { position += 1 }
        return bytes[position]
    }

    /// The bytes up to a line feed, which is skipped.
    mutating func takeLine() throws -> ArraySlice<UInt8> {
        guard let end = bytes[position...].firstIndex(of: 0x0A) else {
            throw ForeignWeightsError.Cause.truncated(place(at: bytes.count))
        }
        defer { position = end + 1 }
        return bytes[position..<end]
    }
}
