/// The fields of EXIF that people ask for, in words. Damaged parts are passed over.
package struct EXIFFields: Sendable, Equatable {
    /// Names and values in the order of the list below.
    package private(set) var fields: [(name: String, value: String)] = []
    /// Whether it says where the photo was taken.
    package private(set) var hasPosition = false

    package static func == (one: EXIFFields, other: EXIFFields) -> Bool {
        one.hasPosition == other.hasPosition && one.fields.elementsEqual(other.fields, by: ==)
    }

    private static let names: [(tag: Int, name: String)] = [
        (0x010F, "make"), (0x0110, "model"), (0x0131, "software"), (0x0132, "modified"), (0x9003, "taken"),
        (0x013B, "artist"), (0x8298, "copyright"), (0x010E, "description"), (0x0112, "orientation"),
    ]
    /// Pointers to EXIF's own directory and to that of GPS.
    private static let (exifDirectory, gpsDirectory) = (0x8769, 0x8825)

    private let bytes: [UInt8]
    private let isLittle: Bool

    /// - Parameter bytes: a TIFF structure.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        isLittle = bytes.first == UInt8(ascii: "I")
        guard bytes.count >= 8, let first = number(at: 4, count: 4) else { return }
        var found: [Int: String] = [:]
        var next = [first]
        for _ in 0..<2 {
            guard let directory = next.popLast() else { break }
            for (tag, type, count, at) in entries(directory) {
                if tag == Self.gpsDirectory { hasPosition = true }
                if tag == Self.exifDirectory, let place = number(at: at, count: 4) { next.append(place) }
                if found[tag] == nil, let text = value(type, count, at) { found[tag] = text }
            }
        }
        fields = Self.names.compactMap { tag, name in found[tag].map { (name, $0) } }
    }

    /// Tag, type, number of values and the place of the value's four bytes, for each entry of a directory.
    private func entries(_ directory: Int) -> [(Int, Int, Int, Int)] {
        guard let count = number(at: directory, count: 2) else { return [] }
        return (0..<count).compactMap { index in
            let at = directory + 2 + 12 * index
            guard let tag = number(at: at, count: 2), let type = number(at: at + 2, count: 2),
                let values = number(at: at + 4, count: 4), at + 12 <= bytes.count
            else { return nil }
            return (tag, type, values, at + 8)
        }
    }

    /// A text, or a number of 16 or 32 bits.
    private func value(_ type: Int, _ count: Int, _ at: Int) -> String? {
        switch type {
        case 2:
            guard let start = count > 4 ? number(at: at, count: 4) : at, count > 0, start <= bytes.count,
                count <= bytes.count - start
            else { return nil }
            let text = String(decoding: bytes[start..<start + count].prefix { $0 != 0 }, as: UTF8.self)
            return text.isEmpty ? nil : String(text.trimmed)
        case 3: return number(at: at, count: 2).map { "\($0)" }
        case 4: return number(at: at, count: 4).map { "\($0)" }
        default: return nil
        }
    }

    private func number(at place: Int, count: Int) -> Int? {
        guard place >= 0, place <= bytes.count - count else { return nil }
        let part = bytes[place..<place + count]
        return isLittle ? part.reversed().reduce(0) { $0 << 8 | Int($1) } : part.reduce(0) { $0 << 8 | Int($1) }
    }
}
