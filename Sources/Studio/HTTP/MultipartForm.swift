import Foundation

/// The parts of a body that is sent as `multipart/form-data` (RFC 7578), by their names.
package struct MultipartForm: Sendable {
    /// What each part holds.
    package let parts: [String: [UInt8]]

    /// The content type that a body of parts has.
    package static let type = "multipart/form-data"
    private static let mostParts = 16
    private static let line = Array("\r\n".utf8)

    /// Reads the body of a request.
    ///
    /// - Parameter names: those that parts may have.
    /// - Throws: ``Refusal``: 400 for what is no such body, 422 for a part that is unknown or comes twice.
    package init(_ request: Request, names: Set<String>) throws(Refusal) {
        let boundary = try Self.boundary(request[field: "content-type"] ?? "")
        let delimiter = Self.line + Array("--\(boundary)".utf8)
        // The first delimiter begins the body, without a line before it.
        let body = Self.line + request.body
        guard var place = body.place(of: delimiter, from: 0) else { throw Self.malformed("it has no part") }
        var parts: [String: [UInt8]] = [:]
        while true {
            let start = place + delimiter.count
            if body[start...].starts(with: "--".utf8) { break }
            guard let next = body.place(of: delimiter, from: start) else { throw Self.malformed("its end is missing") }
            let (name, content) = try Self.part(body[start..<next])
            guard names.contains(name) else {
                throw .invalid("There is no field “\(name)”, only \(names.sorted().joined(separator: " and ")).")
            }
            guard parts.updateValue(content, forKey: name) == nil else {
                throw .invalid("The field \(name) comes twice.")
            }
            guard parts.count <= Self.mostParts else { throw Self.malformed("it has too many parts") }
            place = next
        }
        self.parts = parts
    }

    /// The text between the parts, as the content type says it.
    private static func boundary(_ type: String) throws(Refusal) -> String {
        for parameter in type.split(separator: ";").dropFirst() {
            let sides = parameter.split(separator: "=", maxSplits: 1).map(trimmed)
            guard sides.count == 2, sides[0].lowercased() == "boundary" else { continue }
            let value = unquoted(sides[1])
            if (1...70).contains(value.utf8.count) { return value }
        }
        throw malformed("its content type says no boundary")
    }

    /// The name and the content of a part.
    private static func part(_ bytes: ArraySlice<UInt8>) throws(Refusal) -> (name: String, content: [UInt8]) {
        let part = Array(bytes)
        guard let end = part.place(of: line + line, from: 0),
            let head = String(validating: part[..<end], as: UTF8.self)
        else { throw malformed("a part has no head") }
        for field in head.split(separator: "\r\n") where field.lowercased().hasPrefix("content-disposition:") {
            for parameter in field.split(separator: ";").dropFirst() {
                let sides = parameter.split(separator: "=", maxSplits: 1).map(trimmed)
                if sides.count == 2, sides[0].lowercased() == "name" {
                    return (unquoted(sides[1]), Array(part[(end + 4)...]))
                }
            }
        }
        throw malformed("a part has no name")
    }

    private static func trimmed(_ text: Substring) -> String { text.trimmingCharacters(in: .whitespaces) }

    /// Without the quotation marks around it.
    private static func unquoted(_ text: String) -> String {
        text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"") ? String(text.dropFirst().dropLast()) : text
    }

    private static func malformed(_ reason: String) -> Refusal {
        Refusal(.badRequest, "malformed", "The form in the body cannot be understood: \(reason).")
    }
}

extension [UInt8] {
    /// Where some bytes begin, at an index or behind it.
    fileprivate func place(of pattern: [UInt8], from start: Int) -> Int? {
        withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, let first = pattern.first else { return nil }
            var place = start
            while place + pattern.count <= bytes.count {
                guard let found = memchr(base + place, Int32(first), bytes.count - pattern.count + 1 - place) else {
                    return nil
                }
                place = UnsafeRawPointer(found) - base
                if memcmp(found, pattern, pattern.count) == 0 { return place }
                place += 1
            }
            return nil
        }
    }
}
