/// Where a request goes: the parts of its path and the values of its query, decoded.
package struct RequestTarget: Sendable, Equatable {
    /// The parts between slashes: `/api/models/flowers` has three. None is empty, `.` or `..`, and none holds a slash.
    package let path: [String]
    /// The values of the query. Of a name that appears twice, the last.
    package let query: [String: String]

    package init(path: [String], query: [String: String] = [:]) { (self.path, self.query) = (path, query) }

    /// Reads the second word of a request line.
    ///
    /// - Throws: ``Refusal`` (400) for a path that leads upward, or that is not UTF-8 when it is decoded.
    package init(parsing text: Substring) throws(Refusal) {
        guard text.first == "/" else { throw Self.refused("it must begin with a slash") }
        let halves = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var path: [String] = []
        for part in halves[0].split(separator: "/") { path.append(try Self.part(part)) }
        var query: [String: String] = [:]
        for pair in (halves.count > 1 ? halves[1] : "").split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            query[try Self.decoded(sides[0], plusIsSpace: true)] =
                sides.count > 1 ? try Self.decoded(sides[1], plusIsSpace: true) : ""
        }
        (self.path, self.query) = (path, query)
    }

    private static func part(_ text: Substring) throws(Refusal) -> String {
        let part = try decoded(text, plusIsSpace: false)
        guard part != ".", part != "..", !part.contains("/"), !part.contains("\\") else {
            throw refused("its parts must be names")
        }
        return part
    }

    private static func decoded(_ text: Substring, plusIsSpace: Bool) throws(Refusal) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                    throw refused("a percent sign must be followed by two hexadecimal digits")
                }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        guard let decoded = String(validating: bytes, as: UTF8.self),
            decoded.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { throw refused("it must be UTF-8 without control characters") }
        return decoded
    }

    private static func refused(_ reason: String) -> Refusal {
        Refusal(.badRequest, "bad-target", "The address of the request cannot be understood: \(reason).")
    }
}

/// The value of a hexadecimal digit; nil for any other character.
func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
