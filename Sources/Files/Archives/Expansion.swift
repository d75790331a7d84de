import CCompression

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
package func gunzip(_ bytes: [UInt8], limit: Int) throws(ExpansionError) -> [UInt8] {
    var expanded: [UInt8] = []
    let result = withUnsafeMutablePointer(to: &expanded) { expanded in
        let sink = compression_sink(
            write: { context, bytes, count in
                context?.assumingMemoryBound(to: [UInt8].self).pointee
                    .append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
                return true
            }, context: expanded)
        return compression_gunzip(bytes, bytes.count, max(limit, 0), sink)
    }
    try check(result, "gzip data", of: bytes.count, tooLarge: "it expands to more than \(max(limit, 0)) bytes")
    return expanded
}

/// Expands raw deflate data, as zip archives hold them.
///
/// - Parameter count: the exact number of expanded bytes.
/// - Throws: ``ExpansionError``.
package func inflate(_ bytes: [UInt8], toExactly count: Int) throws(ExpansionError) -> [UInt8] {
    let count = max(count, 0)
    var result = compression_result()
    let expanded = [UInt8](unsafeUninitializedCapacity: max(count, 1)) { buffer, made in
        result = compression_inflate(bytes, bytes.count, buffer.baseAddress, count)
        made = result.made
    }
    try check(
        result, "compressed data", of: bytes.count, tooLarge: "it expands to more than the \(count) bytes announced")
    guard expanded.count == count else {
        throw .corrupt("it expands to \(expanded.count) bytes, not to the \(count) announced")
    }
    return expanded
}

/// The CRC-32 of zip and gzip.
package func checksum(_ bytes: [UInt8]) -> UInt32 { compression_crc32(0, bytes, bytes.count) }

/// The CRC-32 of a file.
///
/// - Throws: ``FileReadError``.
package func checksum(ofFile path: String) throws -> UInt32 {
    let file = try InputFile(path, .regular)
    var (sum, place) = (UInt32(0), 0)
    while true {
        let bytes = try file.bytes(at: place, count: 1 << 20)
        if bytes.isEmpty { return sum }
        sum = compression_crc32(sum, bytes, bytes.count)
        place += bytes.count
    }
}

private func check(
    _ result: compression_result, _ kind: String, of count: Int, tooLarge: String
) throws(ExpansionError) {
    switch result.code {
    case COMPRESSION_OK: return
    case COMPRESSION_NOT_GZIP: throw .notGzip("it does not begin like a gzip file")
    case COMPRESSION_TRUNCATED: throw .truncated("the \(kind) end after \(count) bytes, too early")
    case COMPRESSION_TRAILING_BYTES: throw .corrupt("bytes that are not gzip follow the gzip data")
    case COMPRESSION_TOO_LARGE: throw .tooLarge(tooLarge)
    case COMPRESSION_OUT_OF_MEMORY: throw .tooLarge("no memory to expand it")
    default: throw .corrupt(result.detail.map { String(cString: $0) } ?? "damaged \(kind)")
    }
}
