import CPUBackend
import TensorCore

/// The name of a value that is not computed yet: the storage of a tensor in a traced forward pass.
final class TracedStorage: Storage {
    let trace: TracingBackend
    /// The index of the value in the program.
    let value: Int
    let count: Int
    /// The memory layout of the value.
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
    /// Nil for a tensor with values.
    var traced: TracedStorage? { storage as? TracedStorage }

    /// The memory layout of the values, current or planned.
    var plannedLayout: Layout { traced?.layout ?? layout }
}
