import Dispatch
import Synchronization

/// Batches made ahead on a queue, by the number of their step.
final class Prefetcher<Value: Sendable>: Sendable {
    private let queue: DispatchQueue
    private let depth: Int
    private let pending = Mutex<[Int: PendingBatch<Value>]>([:])

    /// - Parameter depth: how many batches are made ahead.
    init(on queue: DispatchQueue, depth: Int) {
        self.queue = queue
        self.depth = depth
    }

    /// The batch of a step. Those of the steps after it are begun; what belongs to other steps is given up.
    ///
    /// - Parameter plan: decides, on the thread that asks, what a batch will hold, and returns how it is made.
    func batch(at step: Int, plan: (Int) -> @Sendable () throws -> Value) throws -> Value {
        precondition(step >= 0, "batch at step \(step)")
        let ready = pending.withLock { pending in
            let ready = pending.removeValue(forKey: step)
            let ahead = step + 1..<step + 1 + depth
            for (other, batch) in pending where !ahead.contains(other) {
                batch.cancel()
                pending[other] = nil
            }
            for next in ahead where pending[next] == nil { pending[next] = PendingBatch(on: queue, plan(next)) }
            return ready
        }
        return try ready?.wait() ?? plan(step)()
    }
}
