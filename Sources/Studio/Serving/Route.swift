import Foundation

/// A request on its way through a route, with the values that its path names.
package struct Call: Sendable {
    package let request: Request
    /// The values of the parts in braces.
    package let parameters: [String: String]

    /// The value of a part of the path.
    package subscript(parameter: String) -> String { parameters[parameter] ?? "" }

    /// A value of the query; nil where there is none.
    package func query(_ name: String) -> String? { request.head.target.query[name] }

    /// A whole number of the query.
    ///
    /// - Throws: ``Refusal`` (422) for what is none, or outside of the range.
    package func integer<Number: FixedWidthInteger>(
        _ name: String, in range: ClosedRange<Number>
    ) throws(Refusal) -> Number? {
        guard let text = query(name) else { return nil }
        guard let number = Number(text), range.contains(number) else {
            throw .invalid("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    /// A number of the query.
    ///
    /// - Throws: ``Refusal`` (422) for what is none, or outside of the range.
    package func number(_ name: String, in range: ClosedRange<Double>) throws(Refusal) -> Double? {
        guard let text = query(name) else { return nil }
        guard let number = Double(text), range.contains(number) else {
            throw .invalid("\(name) must be a number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    /// One of some words of the query.
    ///
    /// - Throws: ``Refusal`` (422) for another word.
    package func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ name: String, of type: Value.Type
    ) throws(Refusal) -> Value? {
        guard let text = query(name) else { return nil }
        guard let value = Value(rawValue: text) else {
            throw .invalid("\(name) must be \(Value.allCases.map(\.rawValue).joined(separator: " or ")).")
        }
        return value
    }

    /// Whether the query says `true`.
    ///
    /// - Throws: ``Refusal`` (422) for anything but true and false.
    package func flag(_ name: String) throws(Refusal) -> Bool {
        switch query(name) {
        case nil, "false": return false
        case "true": return true
        default: throw .invalid("\(name) must be true or false.")
        }
    }

    /// The body as JSON.
    ///
    /// - Throws: ``Refusal``: 415 for another type, 400 for what is no JSON, 422 for other values than the route takes.
    package func json<Value: Decodable>(_: Value.Type = Value.self) throws(Refusal) -> Value {
        guard request.contentType == "application/json" else {
            throw Refusal(.unsupportedType, "type", "The body must be JSON, with the content type application/json.")
        }
        do { return try JSONDecoder().decode(Value.self, from: Data(request.body)) } catch let error as Refusal {
            throw error
        } catch DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty {
            // Numbers out of range come without a path, too.
            let value = try? JSONSerialization.jsonObject(with: Data(request.body), options: .fragmentsAllowed)
            throw value != nil ? .invalid("A number in the body is out of range.") : Self.noJSON
        } catch let error as DecodingError {
            throw .invalid("\(error.placeInWords) is not as it should be.")
        } catch { throw Self.noJSON }
    }

    private static let noJSON = Refusal(.badRequest, "json", "The body is no JSON.")
}

extension DecodingError {
    /// The value that cannot be decoded, by its place: `points[2].seed`.
    fileprivate var placeInWords: String {
        let (path, key): ([any CodingKey], (any CodingKey)?) =
            switch self {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                (context.codingPath, nil)
            case .keyNotFound(let key, let context): (context.codingPath, key)
            @unknown default: ([], nil)
            }
        let words = (path + (key.map { [$0] } ?? [])).reduce("") { words, key in
            if let index = key.intValue { return words + "[\(index)]" }
            return words.isEmpty ? key.stringValue : words + "." + key.stringValue
        }
        return words.isEmpty ? "The body" : words
    }
}

/// Requests of one method for one kind of address, and what answers them.
package struct Route: Sendable {
    package let method: String
    /// The parts of the path; one in braces stands for any.
    package let pattern: [String]
    /// The most bytes of a body.
    let bodyLimit: Int
    let answer: @Sendable (Call) async throws -> Response

    /// - Parameter path: such as `/api/models/{name}`.
    package init(
        _ method: String, _ path: String, bodyLimit: Int = 0,
        _ answer: @escaping @Sendable (Call) async throws -> Response
    ) {
        self.method = method
        pattern = path.split(separator: "/").map(String.init)
        (self.bodyLimit, self.answer) = (bodyLimit, answer)
    }

    /// The values of the parts in braces; nil if the path is another one.
    func parameters(of path: [String]) -> [String: String]? {
        guard path.count == pattern.count else { return nil }
        var values: [String: String] = [:]
        for (part, wanted) in zip(path, pattern) {
            if wanted.hasPrefix("{") {
                values[String(wanted.dropFirst().dropLast())] = part
            } else if part != wanted {
                return nil
            }
        }
        return values
    }
}
