import Synchronization
import TensorCore

/// A 64-byte aligned block of float32 values in some physical order. The kernel that makes it writes it. It is
/// immutable while it is shared; a sole owner may overwrite it. It returns to the pool when the last tensor releases
/// it.
package final class CPUStorage: Storage, @unchecked Sendable {
    let owner: CPUBackend
    private let memory: UnsafeMutablePointer<Float>?
    private let deferred: DeferredValues?
    /// Whether the memory is borrowed.
    package let isBorrowed: Bool
    package let count: Int
    package let layout: Layout
    package let identity: UInt64
    package private(set) var version: UInt64 = 0

    /// Set when kernels keep a packed form of these contents, which is released with them.
    package let isPacked = Atomic<Bool>(false)

    package init(count: Int, layout: Layout = .plain, backend: CPUBackend = .standard) {
        self.count = count
        self.layout = layout
        owner = backend
        memory = BufferPool.shared.take(count)
        deferred = nil
        isBorrowed = false
        identity = StorageIdentity.next()
    }

    /// Borrowed memory, which must stay valid while this storage is in use.
    init(borrowing pointer: UnsafeMutablePointer<Float>, count: Int, layout: Layout, backend: CPUBackend) {
        self.count = count
        self.layout = layout
        owner = backend
        memory = pointer
        deferred = nil
        isBorrowed = true
        identity = StorageIdentity.next()
    }

    /// Values in plain order that are computed when they are first needed.
    init(deferring values: DeferredValues, backend: CPUBackend) {
        count = values.count
        layout = .plain
        owner = backend
        memory = nil
        deferred = values
        isBorrowed = false
        identity = StorageIdentity.next()
    }

    /// Casts a storage of this backend to its type.
    @inline(__always) static func of(_ storage: any Storage) -> CPUStorage {
        precondition(type(of: storage) == CPUStorage.self, "a tensor of another backend, or one without values yet")
        return unsafeDowncast(storage, to: CPUStorage.self)
    }

    package var backend: any Backend { owner }

    package var pointer: UnsafeMutablePointer<Float> {
        guard let memory = memory ?? deferred?.pointer else { preconditionFailure("no memory for \(count) numbers") }
        return memory
    }

    /// Whether the values are not computed yet.
    var isDeferred: Bool { deferred?.isPending ?? false }

    /// Provides the values for a use that is probably the only one: deferred values take memory only during the call.
    /// At the second call they stay in memory.
    func withPassingValues<Result>(_ body: (UnsafeMutablePointer<Float>) throws -> Result) rethrows -> Result {
        if let deferred { return try deferred.withPassing(body) }
        return try body(pointer)
    }

    /// Provides the values for a look at them: deferred values take memory only during the call.
    func withGlance<Result>(_ body: (UnsafeMutablePointer<Float>) throws -> Result) rethrows -> Result {
        if let deferred { return try deferred.withGlance(body) }
        return try body(pointer)
    }

    /// The sole owner must call this when it overwrites the contents.
    package func renew() { version += 1 }

    deinit {
        if isPacked.load(ordering: .relaxed) { ConvolutionKernel.forget(identity) }
        if !isBorrowed, let memory { BufferPool.shared.give(memory, count) }
    }
}
