import CImageCodecs

/// Why gzip data could not be expanded.
package enum GzipError: Error, Sendable, Equatable, CustomStringConvertible {
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
/// - Throws: ``GzipError``.
package func gunzip(_ bytes: [UInt8], limit: Int) throws -> [UInt8] {
    var block: UnsafeMutablePointer<UInt8>?
    var count = 0
    var status = codec_status()
    guard codec_gunzip(bytes, bytes.count, max(limit, 0), &block, &count, &status) else {
        switch status.code {
        case CODEC_NOT_AN_IMAGE: throw GzipError.notGzip(status.text)
        case CODEC_TRUNCATED: throw GzipError.truncated(status.text)
        case CODEC_TOO_LARGE, CODEC_OUT_OF_MEMORY: throw GzipError.tooLarge(status.text)
        default: throw GzipError.corrupt(status.text)
        }
    }
    defer { codec_free(block) }
    return Array(UnsafeBufferPointer(start: block, count: count))
}
