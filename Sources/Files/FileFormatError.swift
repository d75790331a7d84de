import Memory

/// Where in a file something was found.
public struct FilePlace: Sendable, Hashable, CustomStringConvertible {
    /// The archive's entry; nil for the file itself.
    public let part: String?
    /// Bytes from the beginning of the part.
    public let offset: Int

    package init(part: String?, offset: Int) { (self.part, self.offset) = (part, offset) }

    /// `archive/data.pkl, byte 27`.
    public var description: String { (part.map { "\($0), " } ?? "") + "byte \(offset)" }
}

/// Why the contents of a file cannot be used.
package enum FileFormatError: Error, Sendable, Hashable {
    /// Not there, not a file, or not allowed.
    case unreadable(String)
    /// The file, or a part of it, ends before its content does.
    case truncated(FilePlace)
    /// The content contradicts the format or itself.
    case malformed(String, FilePlace)
    /// More than the limits allow, or than the file can honestly hold.
    case tooLarge(String)
    /// No memory for it.
    case outOfMemory(OutOfMemory)
}

extension FileFormatError: MemoryFailure {
    package var outOfMemory: OutOfMemory? {
        if case .outOfMemory(let cause) = self { cause } else { nil }
    }
}
