import CCompression

/// The SHA-256 of a file's bytes, in 64 hexadecimal digits.
///
/// - Throws: ``FileReadError``, `OutOfMemory`.
package func sha256(ofFile path: String) throws -> String {
    let file = try InputFile(path, .regular)
    var state = sha256_state()
    sha256_begin(&state)
    var offset = 0
    while true {
        let part = try file.bytes(at: offset, count: 1 << 20)
        if part.isEmpty { break }
        sha256_add(&state, part, part.count)
        offset += part.count
    }
    return digest(&state)
}

/// The SHA-256 of bytes, in 64 hexadecimal digits.
package func sha256(of bytes: [UInt8]) -> String {
    var state = sha256_state()
    sha256_begin(&state)
    sha256_add(&state, bytes, bytes.count)
    return digest(&state)
}

private func digest(_ state: inout sha256_state) -> String {
    var bytes = [UInt8](repeating: 0, count: 32)
    sha256_end(&state, &bytes)
    return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
