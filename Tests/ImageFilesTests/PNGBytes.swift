/// PNG files put together by hand.
enum PNGBytes {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + data
        return bigEndian(data.count) + body + bigEndian(Int(checksum(body)))
    }

    static func header(width: Int, height: Int, depth: UInt8, color: UInt8) -> [UInt8] {
        chunk("IHDR", bigEndian(width) + bigEndian(height) + [depth, color, 0, 0, 0])
    }

    static func bigEndian(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { checksumTable[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8 }
    }

    private static let checksumTable: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { rest, _ in rest & 1 == 1 ? 0xEDB8_8320 ^ rest >> 1 : rest >> 1 }
    }

    /// Gives every chunk the checksum of what it holds.
    static func makeChecksumsRight(_ bytes: inout [UInt8]) {
        var at = signature.count
        while at + 12 <= bytes.count {
            let size = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
            let end = at + 8 + size
            guard end + 4 <= bytes.count else { return }
            bytes.replaceSubrange(end..<end + 4, with: bigEndian(Int(checksum(Array(bytes[at + 4..<end])))))
            at = end + 4
        }
    }

    /// A zlib stream that holds bytes as they are.
    static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        let parts = stride(from: 0, to: max(bytes.count, 1), by: 65_535)
        for start in parts {
            let part = bytes[start..<min(start + 65_535, bytes.count)]
            let (low, high) = (UInt8(part.count & 0xFF), UInt8(part.count >> 8))
            stream += [start + 65_535 >= bytes.count ? 1 : 0, low, high, ~low, ~high] + part
        }
        let (a, b) = bytes.reduce((1, 0)) { sums, byte in
            let a = (sums.0 + Int(byte)) % 65_521
            return (a, (sums.1 + a) % 65_521)
        }
        return stream + bigEndian(b << 16 | a)
    }

    /// A zlib stream of zeros: fixed Huffman codes, each copying 258 of them with two times five and eight bits.
    static func zeros(megabytes: Int) -> [UInt8] {
        var bytes: [UInt8] = [0x78, 0x9C]
        var held: UInt64 = 0
        var count: UInt64 = 0
        func put(_ bits: UInt64, _ size: UInt64) {
            held |= bits << count
            count += size
            while count >= 8 {
                bytes.append(UInt8(truncatingIfNeeded: held))
                held >>= 8
                count -= 8
            }
        }
        put(0b011, 3)  // the last block, fixed codes
        put(0b00001100, 8)  // the literal 0: code 00110000, first bit first
        // Length 258 is code 285 (11000101, first bit first), distance 1 is code 0 (five zeros).
        for _ in 0..<megabytes << 20 / 258 { put(0b10100011, 13) }
        put(0, 7)  // the end
        if count > 0 { put(0, 8 - count) }
        return bytes
    }
}
