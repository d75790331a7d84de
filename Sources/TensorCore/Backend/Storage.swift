import Synchronization

/// A block of values as one backend keeps them. Written by the backend when it makes it and immutable while anybody
/// shares it; its only holder may have it overwritten.
package protocol Storage: AnyObject, Sendable {
    /// What computes with these values.
    var backend: any Backend { get }
    /// How many values there are.
    var count: Int { get }
    /// Names this block for as long as the process runs: what is prepared from its contents may be kept under it.
    var identity: UInt64 { get }
    /// Counts how often the contents have been replaced: what was prepared from older ones is out of date.
    var version: UInt64 { get }
}

/// Hands out identities of storages.
package enum StorageIdentity {
    private static let counter = Atomic<UInt64>(1)

    package static func next() -> UInt64 { counter.wrappingAdd(1, ordering: .relaxed).oldValue }
}

extension Tensor {
    /// What computes with this tensor.
    @inline(__always) package var backend: any Backend { storage.backend }

    /// What computes with both tensors.
    @inline(__always) package static func backend(_ a: Tensor, _ b: Tensor) -> any Backend {
        let (first, second) = (a.storage.backend, b.storage.backend)
        return first === second ? first : joined(first, second)
    }

    /// What computes with a tensor and others that may be there.
    package static func backend(_ a: Tensor, _ b: Tensor?, _ c: Tensor?, _ d: Tensor? = nil) -> any Backend {
        var backend = a.backend
        if let b, b.backend !== backend { backend = joined(backend, b.backend) }
        if let c, c.backend !== backend { backend = joined(backend, c.backend) }
        if let d, d.backend !== backend { backend = joined(backend, d.backend) }
        return backend
    }

    /// What computes with all tensors, of which there is one at least.
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
