import Memory

/// Bytes in a file, read on demand, or bytes in memory.
package final class ByteSource: Sendable {
    private enum Backing {
        case memory([UInt8])
        case file(InputFile)
    }

    package let size: Int
    private let backing: Backing

    package init(_ bytes: [UInt8]) {
        size = bytes.count
        backing = .memory(bytes)
    }

    /// - Throws: ``FileFormatError`` if it is not a file or cannot be opened.
    package init(path: String) throws(FileFormatError) {
        do {
            let file = try InputFile(path, .regular)
            (size, backing) = (file.size, .file(file))
        } catch {
            throw .unreadable(error.reason)
        }
    }

    /// - Throws: ``FileFormatError`` if the file is too short or cannot be read.
    package func bytes(at offset: Int, count: Int) throws(FileFormatError) -> [UInt8] {
        guard offset >= 0, count >= 0, offset <= size, count <= size - offset else {
            throw .truncated(.init(part: nil, offset: size))
        }
        switch backing {
        case .memory(let bytes): return Array(bytes[offset..<offset + count])
        case .file(let file):
            let bytes: [UInt8]
            do { bytes = try file.bytes(at: offset, count: count) } catch {
                if let cause = OutOfMemory.cause(of: error) { throw .outOfMemory(cause) }
                throw .unreadable((error as? FileReadError)?.reason ?? "\(error)")
            }
            guard bytes.count == count else { throw .truncated(.init(part: nil, offset: offset + bytes.count)) }
            return bytes
        }
    }

    /// Up to that many bytes, fewer at the end.
    package func bytes(at offset: Int, upTo count: Int) throws(FileFormatError) -> [UInt8] {
        try bytes(at: offset, count: max(0, min(count, size - offset)))
    }
}
