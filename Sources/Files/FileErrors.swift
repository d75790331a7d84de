import Glibc

/// Why a file could not be read.
public struct FileReadError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Kind: Sendable, Hashable {
        /// The file does not exist, is not a file, or may not be read.
        case unreadable
        /// The file is larger than the limit.
        case tooLarge
    }

    /// The file to read.
    public let path: String
    /// The kind of failure.
    public let kind: Kind
    /// The reason, without the name of the file.
    public let reason: String

    package init(path: String, kind: Kind = .unreadable, reason: String) {
        (self.path, self.kind, self.reason) = (path, kind, reason)
    }

    /// The error of the last system call.
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
    /// The reason, without the name of the file.
    public let reason: String

    package init(path: String, reason: String) { (self.path, self.reason) = (path, reason) }

    /// The error of the last system call.
    static func current(_ path: String) -> FileWriteError {
        let reason =
            switch errno {
            case ENOENT: "its folder does not exist"
            case EFBIG: "it would be larger than files may be here (see ulimit -f)"
            default: systemReason()
            }
        return FileWriteError(path: path, reason: reason)
    }

    /// The file and the reason.
    public var description: String { "cannot write \(path): \(reason)" }
}

/// The system's words for its last error.
package func systemReason() -> String { String(cString: strerror(errno)) }
