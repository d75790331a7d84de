import Foundation

/// A request with its body.
package struct Request: Sendable {
    /// The request line and the fields.
    package let head: RequestHead
    /// The whole body; empty if there is none.
    package let body: [UInt8]
    /// The share of the bytes that all requests may hold; it lasts as long as the request.
    private let share: ByteBudget.Share?

    package init(_ head: RequestHead, body: [UInt8] = [], share: ByteBudget.Share? = nil) {
        (self.head, self.body, self.share) = (head, body, share)
    }

    /// The value of a field; its name is in lower case.
    package subscript(field name: String) -> String? { head.fields[name] }

    /// The type of the body without its parameters: `image/png`.
    package var contentType: String? {
        self[field: "content-type"].map { type in
            type.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
        }
    }
}

/// An answer.
package struct Response: Sendable {
    /// What follows the fields.
    package enum Body: Sendable {
        /// Bytes that are there.
        case bytes([UInt8])
        /// Bytes that come one after the other, as long as the closure runs.
        case stream(@Sendable (any ResponseSink) async throws -> Void)
    }

    package var status: HTTPStatus
    package var headers: [(String, String)]
    package var body: Body

    package init(_ status: HTTPStatus = .ok, type: String, headers: [(String, String)] = [], body: Body) {
        self.status = status
        self.headers = [("Content-Type", type)] + headers
        self.body = body
    }

    /// An answer without a body.
    package static func empty(_ status: HTTPStatus, headers: [(String, String)] = []) -> Response {
        var response = Response(status, type: "", body: .bytes([]))
        response.headers = headers
        return response
    }

    /// A value as JSON.
    package static func json(_ value: some Encodable, status: HTTPStatus = .ok) -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy =
            .convertToString(positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        do {
            return Response(status, type: "application/json", body: .bytes([UInt8](try encoder.encode(value))))
        } catch {
            return Refusal(.failed, "failed", "The answer cannot be written: \(error).").response
        }
    }

    /// The first line and the fields.
    func head(keepsAlive: Bool) -> [UInt8] {
        var text = "HTTP/1.1 \(status.rawValue) \(status.reason)\r\n"
        for (name, value) in headers + Self.everywhere { text += "\(name): \(value)\r\n" }
        switch body {
        case .bytes(let bytes):
            if status != .noContent, status != .notModified { text += "Content-Length: \(bytes.count)\r\n" }
        case .stream: text += "Transfer-Encoding: chunked\r\n"
        }
        if !headers.contains(where: { $0.0 == "Cache-Control" }) { text += "Cache-Control: no-store\r\n" }
        text += keepsAlive ? "\r\n" : "Connection: close\r\n\r\n"
        return Array(text.utf8)
    }

    /// Nothing that an answer holds may load anything from elsewhere, be shown in a frame, or be taken for another type.
    private static let everywhere = [
        (
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
                + "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ]
}

/// Takes the bytes of an answer as they come.
package protocol ResponseSink: Sendable {
    /// Sends bytes.
    ///
    /// - Throws: when nobody listens any more.
    func send(_ bytes: [UInt8]) async throws
}
