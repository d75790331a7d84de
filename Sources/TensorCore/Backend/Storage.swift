import Synchronization

/// A block of values in the form of one backend. The backend writes it. It is immutable while it is shared; a sole
/// owner may have it overwritten.
package protocol Storage: AnyObject, Sendable {
    /// The backend of these values.
    var backend: any Backend { get }
    /// How many values there are.
    var count: Int { get }
    /// The unique identity of this block in the process, under which prepared forms of its contents may be kept.
    var identity: UInt64 { get }
    /// The number of times the contents were replaced; prepared forms of older versions are out of date.
    var version: UInt64 { get }
    /// Whether there are values; false only if there was no memory for them.
    var hasValues: Bool { get }
}

extension Storage {
    package var hasValues: Bool { true }
}

/// Issues identities of storages.
package enum StorageIdentity {
    private static let counter = Atomic<UInt64>(1)

    package static func next() -> UInt64 { counter.wrappingAdd(1, ordering: .relaxed).oldValue }
}

extension Tensor {
    /// The backend of this tensor.
    @inline(__always) package var backend: any Backend { storage.backend }

    /// The backend of both tensors.
    @inline(__always) package static func backend(_ a: Tensor, _ b: Tensor) -> any Backend {
        let (first, second) = (a.storage.backend, b.storage.backend)
        return first === second ? first : joined(first, second)
    }

    /// The backend of a tensor and of optional others.
    package static func backend(_ a: Tensor, _ b: Tensor?, _ c: Tensor?, _ d: Tensor? = nil) -> any Backend {
        var backend = a.backend
        if let b, b.backend !== backend { backend = joined(backend, b.backend) }
        if let c, c.backend !== backend { backend = joined(backend, c.backend) }
        if let d, d.backend !== backend { backend = joined(backend, d.backend) }
        return backend
    }

    /// The backend of all tensors; there must be at least one.
    package static func backend(_ tensors: [Tensor]) -> any Backend {
        tensors.dropFirst().reduce(tensors[0].backend) { $0 === $1.backend ? $0 : joined($0, $1.backend) }
    }

    private static func joined(_ first: any Backend, _ second: any Backend) -> any Backend {
        guard let backend = first.joined(with: second) ?? second.joined(with: first) else {
            preconditionFailure("an operation on tensors of two backends, of which neither can read the other's")
        }
        return backend
    }
}
