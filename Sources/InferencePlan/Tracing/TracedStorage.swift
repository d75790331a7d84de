import CPUBackend
import TensorCore

/// The name of a value that is not there yet: the storage of a tensor of a forward pass that is being traced.
final class TracedStorage: Storage {
    let trace: TracingBackend
    /// Of the program that is being written.
    let value: Int
    let count: Int
    /// How the value will lie in memory.
    let layout: Layout
    let identity: UInt64
    let version: UInt64 = 0

    init(_ trace: TracingBackend, _ value: Int, count: Int, layout: Layout) {
        (self.trace, self.value, self.count, self.layout) = (trace, value, count, layout)
        identity = StorageIdentity.next()
    }

    var backend: any Backend { trace }
}

extension Tensor {
    /// Nil for a tensor that has values.
    var traced: TracedStorage? { storage as? TracedStorage }

    /// How the values lie in memory, or will.
    var plannedLayout: Layout { traced?.layout ?? layout }
}
