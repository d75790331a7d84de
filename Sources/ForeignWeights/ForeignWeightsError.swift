import Files
import Memory

/// Why a file of weights from another program could not be read.
public struct ForeignWeightsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was wrong.
    public enum Cause: Error, Sendable, Hashable {
        /// Not there, not a file, or not allowed.
        case unreadable(String)
        /// An unknown format; says what the file seems to be.
        case unknownFormat(String)
        /// The file, or a part of it, ends before its content does.
        case truncated(Place)
        /// The content contradicts the format or itself.
        case malformed(String, Place)
        /// A pickle asks for something that a dictionary of tensors does not need. It was not executed.
        case refused(String, Place)
        /// More than the limits allow, or more than a file of this size can hold.
        case tooLarge(String)
        /// The file is valid but holds no dictionary of tensors.
        case noTensors(String)
        /// The tensors belong to no known network, or do not fit it completely.
        case unknownNetwork(String)
        /// No memory for it.
        case outOfMemory(OutOfMemory)
    }

    /// Where in a file something was found.
    public typealias Place = FilePlace

    /// The file.
    public let path: String
    /// What was wrong with it.
    public let cause: Cause

    package init(path: String, cause: Cause) { (self.path, self.cause) = (path, cause) }

    /// The file and what is wrong with it.
    public var description: String {
        switch cause {
        case .unreadable(let reason): "cannot read \(path): \(reason)"
        case .unknownFormat(let reason): "\(path) is not a supported file of weights: \(reason)"
        case .truncated(let place): "\(path) is cut off (\(place)); it is not complete, so fetch it again"
        case .malformed(let reason, let place): "\(path) is damaged: \(reason) (\(place))"
        case .refused(let what, let place): "\(path) is refused: it \(what) (\(place)). Nothing of it was executed."
        case .tooLarge(let reason): "\(path) is refused: \(reason)"
        case .noTensors(let reason): "\(path) holds no dictionary of tensors: \(reason)"
        case .unknownNetwork(let reason): "\(path): \(reason)"
        case .outOfMemory(let cause): "\(path): \(cause)"
        }
    }
}

extension ForeignWeightsError {
    /// Adds the file to an error, unless the error already has one.
    package init(_ error: any Error, path: String) {
        switch error {
        case let error as ForeignWeightsError: self = error
        case let cause as Cause: self.init(path: path, cause: cause)
        case let error as FileFormatError: self.init(path: path, cause: Cause(error))
        case let cause as OutOfMemory: self.init(path: path, cause: .outOfMemory(cause))
        default: self.init(path: path, cause: .unreadable("\(error)"))
        }
    }
}

extension ForeignWeightsError.Cause {
    init(_ error: FileFormatError) {
        self =
            switch error {
            case .unreadable(let reason): .unreadable(reason)
            case .truncated(let place): .truncated(place)
            case .malformed(let reason, let place): .malformed(reason, place)
            case .tooLarge(let reason): .tooLarge(reason)
            case .outOfMemory(let cause): .outOfMemory(cause)
            }
    }
}

extension ForeignWeightsError: MemoryFailure {
    package var outOfMemory: OutOfMemory? {
        if case .outOfMemory(let refusal) = cause { refusal } else { nil }
    }
}
