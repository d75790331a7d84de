/// Why a batch cannot be begun, or a file of it not be done.
public enum BatchError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was asked for cannot be right; the words say what to change.
    case usage(String)
    /// A file or folder, and what is wrong with it.
    case file(path: String, reason: String)

    /// The words for people.
    public var description: String {
        switch self {
        case .usage(let words): words
        case .file(let path, let reason): "\(path): \(reason)"
        }
    }
}
