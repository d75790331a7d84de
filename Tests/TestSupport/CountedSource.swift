import Synchronization
import TensorCore

/// Random values that are written when they are first needed, and how often they were.
package final class CountedSource: Sendable {
    package let writes = Mutex(0)
    package let original: Tensor

    package init(_ shape: Shape) { original = Random(seed: 3).normal(shape, deviation: 0.1) }

    package func tensor() -> Tensor {
        .deferred(original.shape) { target in
            self.writes.withLock { $0 += 1 }
            self.original.withValues { _ = target.update(from: $0) }
        }
    }
}
