/// A request that is not answered as it was asked: a status, a code for programs, and the reason in words.
package struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// The status of the answer.
    package let status: HTTPStatus
    /// What is wrong, for programs: `too-large`.
    package let code: String
    /// What is wrong and what would be right, for people.
    package let words: String
    /// Seconds after which the same request may succeed; nil if it never will.
    package let retryAfter: Int?
    /// The methods that would be possible; empty where that is not the matter.
    let allowed: [String]

    package init(
        _ status: HTTPStatus, _ code: String, _ words: String, retryAfter: Int? = nil, allowed: [String] = []
    ) {
        (self.status, self.code, self.words) = (status, code, words)
        (self.retryAfter, self.allowed) = (retryAfter, allowed)
    }

    package var description: String { words }

    /// What an answer says of it.
    package struct Detail: Encodable, Sendable, Equatable {
        let code, message: String
    }

    /// The code and the words.
    package var detail: Detail { Detail(code: code, message: words) }

    /// The answer: `{"error": {"code": …, "message": …}}`.
    package var response: Response {
        var response = Response.json(["error": detail], status: status)
        if let retryAfter { response.headers.append(("Retry-After", "\(retryAfter)")) }
        if !allowed.isEmpty { response.headers.append(("Allow", allowed.joined(separator: ", "))) }
        if status == .unauthorized { response.headers.append(("WWW-Authenticate", "Bearer")) }
        return response
    }

    /// A value in a request that cannot be.
    package static func invalid(_ words: String) -> Refusal { Refusal(.unprocessable, "invalid", words) }

    /// What this model cannot do, and another might.
    package static func impossible(_ words: String) -> Refusal { Refusal(.conflict, "impossible", words) }

    /// Nothing of that name.
    package static func missing(_ words: String) -> Refusal { Refusal(.notFound, "not-found", words) }
}

/// The statuses that Studio answers with.
package enum HTTPStatus: Int, Sendable {
    case ok = 200
    case created = 201
    case accepted = 202
    case noContent = 204
    case seeOther = 303
    case notModified = 304
    case badRequest = 400
    case unauthorized = 401
    case forbidden = 403
    case notFound = 404
    case methodNotAllowed = 405
    case notAcceptable = 406
    case timeout = 408
    case conflict = 409
    case lengthRequired = 411
    case tooLarge = 413
    case unsupportedType = 415
    case misdirected = 421
    case unprocessable = 422
    case tooManyRequests = 429
    case headTooLarge = 431
    case failed = 500
    case notImplemented = 501
    case unavailable = 503
    case versionNotSupported = 505
    case insufficientStorage = 507

    /// The words after the number.
    var reason: String {
        switch self {
        case .ok: "OK"
        case .created: "Created"
        case .accepted: "Accepted"
        case .noContent: "No Content"
        case .seeOther: "See Other"
        case .notModified: "Not Modified"
        case .badRequest: "Bad Request"
        case .unauthorized: "Unauthorized"
        case .forbidden: "Forbidden"
        case .notFound: "Not Found"
        case .methodNotAllowed: "Method Not Allowed"
        case .notAcceptable: "Not Acceptable"
        case .timeout: "Request Timeout"
        case .conflict: "Conflict"
        case .lengthRequired: "Length Required"
        case .tooLarge: "Content Too Large"
        case .unsupportedType: "Unsupported Media Type"
        case .misdirected: "Misdirected Request"
        case .unprocessable: "Unprocessable Content"
        case .tooManyRequests: "Too Many Requests"
        case .headTooLarge: "Request Header Fields Too Large"
        case .failed: "Internal Server Error"
        case .notImplemented: "Not Implemented"
        case .unavailable: "Service Unavailable"
        case .versionNotSupported: "HTTP Version Not Supported"
        case .insufficientStorage: "Insufficient Storage"
        }
    }
}
