import Memory

/// Why a safetensors file could not be read.
public struct SafetensorsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was wrong.
    public enum Cause: Sendable, Hashable {
        /// Not there, not a file, or not allowed.
        case unreadable(String)
        /// Shorter than its header says.
        case truncated(expected: Int, found: Int)
        /// The header's length is beyond the format's limit of 100,000,000 bytes or beyond the end of the file.
        case headerTooLong(UInt64)
        /// The header does not conform to the format.
        case malformedHeader(String)
        /// An unsupported type of numbers.
        case unsupportedType(tensor: String, type: String)
        /// A tensor's place in the file contradicts its shape, another tensor or the file.
        case wrongOffsets(tensor: String, String)
        /// No memory for it.
        case outOfMemory(OutOfMemory)
    }

    /// The file.
    public let path: String
    /// What was wrong with it.
    public let cause: Cause

    package init(path: String, cause: Cause) { (self.path, self.cause) = (path, cause) }

    /// The file and what is wrong with it.
    public var description: String {
        switch cause {
        case .unreadable(let reason): "cannot read \(path): \(reason)"
        case .truncated(let expected, let found):
            "\(path) is cut off: \(found) bytes where its header announces \(expected)"
        case .headerTooLong(let length): "\(path) is not a safetensors file: a header of \(length) bytes"
        case .malformedHeader(let reason): "\(path) is not a safetensors file: \(reason)"
        case .unsupportedType(let tensor, let type): "\(path): tensor \(tensor) has the unsupported type \(type)"
        case .wrongOffsets(let tensor, let reason): "\(path): tensor \(tensor) \(reason)"
        case .outOfMemory(let refusal): "\(path): \(refusal)"
        }
    }
}

extension SafetensorsError: MemoryFailure {
    package var outOfMemory: OutOfMemory? {
        if case .outOfMemory(let refusal) = cause { refusal } else { nil }
    }
}
