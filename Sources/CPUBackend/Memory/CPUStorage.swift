import Synchronization
import TensorCore

/// A 64-byte aligned block of float32 values in some physical order. Written by the kernel that makes it and immutable
/// while anybody shares it; its only holder may overwrite it. Given back to the pool when the last tensor that shares
/// it goes away.
package final class CPUStorage: Storage, @unchecked Sendable {
    let owner: CPUBackend
    private let memory: UnsafeMutablePointer<Float>?
    private let deferred: DeferredValues?
    /// Whether the memory is somebody else's.
    package let isBorrowed: Bool
    package let count: Int
    package let layout: Layout
    package let identity: UInt64
    package private(set) var version: UInt64 = 0

    /// Set once kernels keep a packed form of these contents, which is dropped with them.
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

    /// Somebody else's memory, which stays in place for as long as this is used.
    init(borrowing pointer: UnsafeMutablePointer<Float>, count: Int, layout: Layout, backend: CPUBackend) {
        self.count = count
        self.layout = layout
        owner = backend
        memory = pointer
        deferred = nil
        isBorrowed = true
        identity = StorageIdentity.next()
    }

    /// Values in plain order that are written when they are first needed.
    init(deferring values: DeferredValues, backend: CPUBackend) {
        count = values.count
        layout = .plain
        owner = backend
        memory = nil
        deferred = values
        isBorrowed = false
        identity = StorageIdentity.next()
    }

    /// A storage of this backend as what it is.
    @inline(__always) static func of(_ storage: any Storage) -> CPUStorage {
        precondition(type(of: storage) == CPUStorage.self, "a tensor of another backend, or one without values yet")
        return unsafeDowncast(storage, to: CPUStorage.self)
    }

    package var backend: any Backend { owner }

    package var pointer: UnsafeMutablePointer<Float> {
        guard let memory = memory ?? deferred?.pointer else { preconditionFailure("no memory for \(count) numbers") }
        return memory
    }

    /// Whether the values are still to be written.
    var isDeferred: Bool { deferred?.isPending ?? false }

    /// Lends the values to somebody who needs them once, as far as one can tell: those that are still to be written
    /// take memory only meanwhile. Whoever comes again finds that they have stayed.
    func withPassingValues<Result>(_ body: (UnsafeMutablePointer<Float>) throws -> Result) rethrows -> Result {
        if let deferred { return try deferred.withPassing(body) }
        return try body(pointer)
    }

    /// To be called by the only holder when it overwrites the contents.
    package func renew() { version += 1 }

    deinit {
        if isPacked.load(ordering: .relaxed) { ConvolutionKernel.forget(identity) }
        if !isBorrowed, let memory { BufferPool.shared.give(memory, count) }
    }
}
