import CImageCodecs
import Files

/// Why an image could not be read or written. Each case names the file and says what was found.
public enum ImageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The content is not an image.
    case notAnImage(file: String, reason: String)
    /// The file stands for contents that have not been fetched, as a pointer of Git LFS does; the reason says how to.
    case notFetched(file: String, reason: String)
    /// The file ends before its image does.
    case truncated(file: String, reason: String)
    /// The content contradicts its format.
    case corrupt(file: String, reason: String)
    /// An image of a kind that is not read or written.
    case unsupported(file: String, reason: String)
    /// Over the ``ImageLimits``, or too large for the machine or the format.
    case tooLarge(file: String, reason: String)
    /// The file cannot be opened or read.
    case unreadable(file: String, reason: String)
    /// The file cannot be created or written.
    case notWritable(file: String, reason: String)

    /// The file, as it was named by the caller.
    public var file: String { details.file }
    /// The reason, without the name of the file.
    public var reason: String { details.reason }

    /// The file, the kind of failure and the reason.
    public var description: String {
        let kind =
            switch self {
            case .notAnImage: "not an image"
            case .notFetched: "not fetched"
            case .truncated: "truncated"
            case .corrupt: "corrupt"
            case .unsupported: "unsupported"
            case .tooLarge: "too large"
            case .unreadable: "cannot be read"
            case .notWritable: "cannot be written"
            }
        return "\(file): \(kind): \(reason)"
    }

    private var details: (file: String, reason: String) {
        switch self {
        case .notAnImage(let file, let reason), .notFetched(let file, let reason),
            .truncated(let file, let reason), .corrupt(let file, let reason),
            .unsupported(let file, let reason), .tooLarge(let file, let reason),
            .unreadable(let file, let reason), .notWritable(let file, let reason):
            (file, reason)
        }
    }

    /// Converts the file errors of a call to image errors.
    package static func ofFiles<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as FileWriteError {
            throw notWritable(file: error.path, reason: error.reason)
        } catch let error as FileReadError {
            switch error.kind {
            case .unreadable: throw unreadable(file: error.path, reason: error.reason)
            case .tooLarge: throw tooLarge(file: error.path, reason: error.reason)
            }
        }
    }

    init(_ status: codec_status, file: String) {
        let reason = status.text
        switch status.code {
        case CODEC_NOT_AN_IMAGE: self = .notAnImage(file: file, reason: reason)
        case CODEC_TRUNCATED: self = .truncated(file: file, reason: reason)
        case CODEC_UNSUPPORTED: self = .unsupported(file: file, reason: reason)
        case CODEC_TOO_LARGE, CODEC_OUT_OF_MEMORY: self = .tooLarge(file: file, reason: reason)
        default: self = .corrupt(file: file, reason: reason)
        }
    }
}

extension codec_status {
    var text: String {
        withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
