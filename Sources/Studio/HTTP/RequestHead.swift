/// The request line and the header fields of a request (RFC 9112).
package struct RequestHead: Sendable, Equatable {
    /// `GET`, `POST`, …
    package let method: String
    /// Where it goes.
    package let target: RequestTarget
    /// The fields by their names in lower case. Values of one name are joined with commas.
    package let fields: [String: String]
    /// Whether the connection stays open after the answer.
    package let keepsAlive: Bool
    /// How the body is delimited.
    package let body: BodyFraming

    /// How the length of a body is known.
    package enum BodyFraming: Sendable, Equatable {
        /// So many bytes; 0 where there is none.
        case length(Int)
        /// Chunks, each with its length.
        case chunked
    }

    /// The bytes of the body; nil if they are not known yet.
    var bodyBytes: Int? {
        if case .length(let count) = body { count } else { nil }
    }

    package init(
        method: String, target: RequestTarget, fields: [String: String] = [:], keepsAlive: Bool = true,
        body: BodyFraming = .length(0)
    ) {
        (self.method, self.target, self.fields) = (method, target, fields)
        (self.keepsAlive, self.body) = (keepsAlive, body)
    }

    /// Reads a head.
    ///
    /// - Parameter bytes: all bytes before the empty line.
    /// - Throws: ``Refusal``: 400 for what is no head, 501 for an unknown transfer coding, 505 for an unknown version.
    package init(parsing bytes: some Collection<UInt8>) throws(Refusal) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Self.malformed("it is not UTF-8") }
        var lines = text.split(omittingEmptySubsequences: false) { $0 == "\r\n" || $0 == "\n" }[...]
        let words = (lines.popFirst() ?? "").split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, !words[0].isEmpty, words[0].utf8.allSatisfy(Self.isTokenByte) else {
            throw Self.malformed("its first line must be METHOD /address HTTP/1.1")
        }
        guard words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0" else {
            guard words[2].hasPrefix("HTTP/") else { throw Self.malformed("its first line must end in HTTP/1.1") }
            throw Refusal(.versionNotSupported, "version", "Studio speaks HTTP/1.1.")
        }
        let fields = try Self.fields(lines)
        method = String(words[0])
        target = try RequestTarget(parsing: words[1])
        self.fields = fields
        guard fields["host"] != nil || words[2] == "HTTP/1.0" else { throw Self.malformed("it has no Host") }
        let connection = (fields["connection"] ?? "").lowercased()
        keepsAlive = words[2] == "HTTP/1.1" ? !connection.contains("close") : connection.contains("keep-alive")
        body = try Self.framing(fields)
    }

    private static func fields(_ lines: ArraySlice<Substring>) throws(Refusal) -> [String: String] {
        var fields: [String: String] = [:]
        for line in lines where !line.isEmpty {
            guard let colon = line.firstIndex(of: ":"), colon > line.startIndex,
                line[..<colon].utf8.allSatisfy(isTokenByte)
            else { throw malformed("each field must be Name: value") }
            let name = line[..<colon].lowercased()
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 9 }) else {
                throw malformed("the field \(name) holds control characters")
            }
            let trimmed = String(value.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
            if let first = fields[name] {
                guard !singular.contains(name) || first == trimmed else { throw malformed("it has two fields \(name)") }
                if !singular.contains(name) { fields[name] = first + ", " + trimmed }
            } else {
                fields[name] = trimmed
            }
        }
        return fields
    }

    /// Fields with one value, of which a second one would be a contradiction.
    private static let singular: Set<String> = [
        "host", "content-length", "transfer-encoding", "origin", "content-type",
    ]

    private static func framing(_ fields: [String: String]) throws(Refusal) -> BodyFraming {
        switch (fields["transfer-encoding"], fields["content-length"]) {
        case (nil, nil): return .length(0)
        case (nil, let length?):
            guard !length.isEmpty, length.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let bytes = Int(length)
            else {
                throw malformed("its Content-Length is no number of bytes")
            }
            return .length(bytes)
        case (let coding?, nil):
            guard coding.lowercased() == "chunked" else {
                throw Refusal(.notImplemented, "coding", "The transfer coding \(coding) is unknown; chunked is known.")
            }
            return .chunked
        case (_?, _?): throw malformed("it has both Content-Length and Transfer-Encoding")
        }
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private static func malformed(_ reason: String) -> Refusal {
        Refusal(.badRequest, "malformed", "The request cannot be understood: \(reason).")
    }
}
