/// Why a batch cannot start, or why one of its files cannot be processed.
public enum BatchError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Wrong usage; the text says what to change.
    case usage(String)
    /// A file or folder, and what is wrong with it.
    case file(path: String, reason: String)

    /// The message for the user.
    public var description: String {
        switch self {
        case .usage(let words): words
        case .file(let path, let reason): "\(path): \(reason)"
        }
    }
}
