/// How the bytes of a list become text.
enum ListEncoding: Equatable {
    /// UTF-8, or at least bytes whose line breaks and zeros mean what they mean in ASCII.
    case bytes
    case utf16(isBigEndian: Bool)
    case utf32(isBigEndian: Bool)

    /// The width of a unit.
    var bits: Int {
        switch self {
        case .bytes: 8
        case .utf16: 16
        case .utf32: 32
        }
    }

    /// The encoding, and the length of the byte-order mark.
    ///
    /// Without a mark, UTF-16 is told from names that zero bytes separate by its line breaks, or by an ending such as
    /// `.png`: there, every other byte is zero.
    static func of(_ bytes: [UInt8]) -> (encoding: ListEncoding, markLength: Int) {
        let marks: [([UInt8], ListEncoding)] = [
            ([0xEF, 0xBB, 0xBF], .bytes), ([0xFF, 0xFE, 0, 0], .utf32(isBigEndian: false)),
            ([0, 0, 0xFE, 0xFF], .utf32(isBigEndian: true)), ([0xFF, 0xFE], .utf16(isBigEndian: false)),
            ([0xFE, 0xFF], .utf16(isBigEndian: true)),
        ]
        for (mark, encoding) in marks where bytes.starts(with: mark) { return (encoding, mark.count) }
        for isBigEndian in [false, true] where looksLikeUTF16(bytes, isBigEndian) {
            return (.utf16(isBigEndian: isBigEndian), 0)
        }
        return (.bytes, 0)
    }

    /// The text as UTF-8; nil if the bytes are no text in this encoding.
    func decoded(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        func units<Unit: FixedWidthInteger>(_ isBigEndian: Bool, as type: Unit.Type) -> [Unit]? {
            let size = Unit.bitWidth / 8
            guard bytes.count % size == 0 else { return nil }
            return stride(from: bytes.startIndex, to: bytes.endIndex, by: size).map { start in
                (0..<size).reduce(0) { value, place in
                    value << 8 | Unit(bytes[start + (isBigEndian ? place : size - 1 - place)])
                }
            }
        }
        switch self {
        case .bytes: return Array(bytes)
        case .utf16(let isBigEndian):
            return units(isBigEndian, as: UInt16.self).flatMap { String(validating: $0, as: UTF16.self) }
                .map { Array($0.utf8) }
        case .utf32(let isBigEndian):
            return units(isBigEndian, as: UInt32.self).flatMap { String(validating: $0, as: UTF32.self) }
                .map { Array($0.utf8) }
        }
    }

    private static func looksLikeUTF16(_ bytes: [UInt8], _ isBigEndian: Bool) -> Bool {
        guard !bytes.isEmpty, bytes.count % 2 == 0 else { return false }
        var run: [UInt8] = []
        var hasSign = false
        for start in stride(from: 0, to: bytes.count, by: 2) {
            let (high, low) = isBigEndian ? (bytes[start], bytes[start + 1]) : (bytes[start + 1], bytes[start])
            if low == 0, high == 0 { return false }
            run = high == 0 ? run + [low] : []
            // A line break, or a dot and three more letters.
            if run.last == UInt8(ascii: "\n") { hasSign = true }
            if run.count >= 4, run[run.count - 4] == UInt8(ascii: ".") { hasSign = true }
            if run.count > 4 { run.removeFirst() }
        }
        return hasSign
    }
}
