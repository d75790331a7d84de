import Memory
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

    /// - Throws: `OutOfMemory`.
    package init(count: Int, layout: Layout = .plain, backend: CPUBackend = .standard) throws(OutOfMemory) {
        memory = try BufferPool.shared.take(count)
        self.count = count
        self.layout = layout
        owner = backend
        deferred = nil
        isBorrowed = false
        identity = StorageIdentity.next()
    }

    /// A storage without values, because there was no memory for them or for what they are computed from.
    init(missing count: Int, layout: Layout, backend: CPUBackend) {
        self.count = count
        self.layout = layout
        owner = backend
        memory = nil
        deferred = nil
        isBorrowed = false
        identity = StorageIdentity.next()
        BufferPool.shared.miss(count)
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

    /// The values.
    ///
    /// - Throws: `OutOfMemory` if there are none.
    package var pointer: UnsafeMutablePointer<Float> {
        get throws(OutOfMemory) {
            if let memory { return memory }
            guard let deferred else { throw .last }
            return try deferred.pointer
        }
    }

    package var hasValues: Bool { memory != nil || deferred != nil }

    /// Whether the values are not computed yet.
    var isDeferred: Bool { deferred?.isPending ?? false }

    /// Provides the values for a use that is probably the only one: deferred values take memory only during the call.
    /// At the second call they stay in memory.
    func withPassingValues<Result>(_ body: (UnsafeMutablePointer<Float>) throws -> Result) throws -> Result {
        if let deferred { return try deferred.withPassing(body) }
        return try body(pointer)
    }

    /// Provides the values for a look at them: deferred values take memory only during the call.
    func withGlance<Result>(_ body: (UnsafeMutablePointer<Float>) throws -> Result) throws -> Result {
        if let deferred { return try deferred.withGlance(body) }
        return try body(pointer)
    }

    /// The sole owner must call this when it overwrites the contents.
    package func renew() { version += 1 }

    deinit {
        if isPacked.load(ordering: .relaxed) { ConvolutionKernel.forget(identity) }
        if let memory {
            if !isBorrowed { BufferPool.shared.give(memory, count) }
        } else if deferred == nil {
            BufferPool.shared.stopMissing(count)
        }
    }
}
