import Glibc

/// Why a file could not be read.
public struct FileReadError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Kind: Sendable, Hashable {
        /// It is not there, is not a file, or may not be read.
        case unreadable
        /// It holds more than is taken.
        case tooLarge
    }

    /// The file that was to be read.
    public let path: String
    /// What kind of failure it is.
    public let kind: Kind
    /// What was found, without the name of the file.
    public let reason: String

    package init(path: String, kind: Kind = .unreadable, reason: String) {
        (self.path, self.kind, self.reason) = (path, kind, reason)
    }

    /// What the system says.
    static func current(_ path: String) -> FileReadError {
        FileReadError(path: path, reason: errno == ENOENT ? "there is no such file" : systemReason())
    }

    /// The file, the kind of failure and the reason.
    public var description: String {
        switch kind {
        case .unreadable: "\(path): cannot be read: \(reason)"
        case .tooLarge: "\(path): too large: \(reason)"
        }
    }
}

/// Why a file could not be written.
public struct FileWriteError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file that was to be written.
    public let path: String
    /// What was in the way, without the name of the file.
    public let reason: String

    package init(path: String, reason: String) { (self.path, self.reason) = (path, reason) }

    /// What the system says.
    static func current(_ path: String) -> FileWriteError {
        FileWriteError(path: path, reason: errno == ENOENT ? "its folder does not exist" : systemReason())
    }

    /// The file and what was in the way.
    public var description: String { "cannot write \(path): \(reason)" }
}

/// The system's words for its last error.
package func systemReason() -> String { String(cString: strerror(errno)) }
