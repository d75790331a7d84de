import CImageCodecs

/// Why compressed data could not be expanded.
package enum ExpansionError: Error, Sendable, Equatable, CustomStringConvertible {
    case notGzip(String)
    case truncated(String)
    case corrupt(String)
    case tooLarge(String)

    package var description: String {
        switch self {
        case .notGzip(let reason): "not gzip data: \(reason)"
        case .truncated(let reason): "truncated: \(reason)"
        case .corrupt(let reason): "corrupt: \(reason)"
        case .tooLarge(let reason): "too large: \(reason)"
        }
    }
}

/// Expands gzip data, all members of it.
///
/// - Parameter limit: the most bytes that may come out.
/// - Throws: ``ExpansionError``.
package func gunzip(_ bytes: [UInt8], limit: Int) throws -> [UInt8] {
    var block: UnsafeMutablePointer<UInt8>?
    var count = 0
    var status = codec_status()
    guard codec_gunzip(bytes, bytes.count, max(limit, 0), &block, &count, &status) else {
        throw ExpansionError(status)
    }
    defer { codec_free(block) }
    return Array(UnsafeBufferPointer(start: block, count: count))
}

/// Expands raw deflate data, as zip archives hold them.
///
/// - Parameter count: the bytes that have to come out, neither more nor fewer.
/// - Throws: ``ExpansionError``.
package func inflate(_ bytes: [UInt8], toExactly count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: max(count, 1)) { buffer, made in
        var status = codec_status()
        guard codec_inflate(bytes, bytes.count, buffer.baseAddress, max(count, 0), &status) else {
            throw ExpansionError(status)
        }
        made = max(count, 0)
    }
}

/// The CRC-32 of zip and gzip.
package func checksum(_ bytes: [UInt8]) -> UInt32 { codec_crc32(bytes, bytes.count) }

extension ExpansionError {
    fileprivate init(_ status: codec_status) {
        switch status.code {
        case CODEC_NOT_AN_IMAGE: self = .notGzip(status.text)
        case CODEC_TRUNCATED: self = .truncated(status.text)
        case CODEC_TOO_LARGE, CODEC_OUT_OF_MEMORY: self = .tooLarge(status.text)
        default: self = .corrupt(status.text)
        }
    }
}
