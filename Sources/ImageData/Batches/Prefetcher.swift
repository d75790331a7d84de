import Dispatch
import Synchronization

/// Batches prepared in advance on a queue, by step.
final class Prefetcher<Value: Sendable>: Sendable {
    private let queue: DispatchQueue
    private let depth: Int
    private let pending = Mutex<[Int: PendingBatch<Value>]>([:])

    /// - Parameter depth: how many batches are prepared in advance.
    init(on queue: DispatchQueue, depth: Int) {
        self.queue = queue
        self.depth = depth
    }

    /// The batch of a step. Starts the batches of the next steps and cancels those of other steps.
    ///
    /// - Parameter plan: runs on the calling thread, decides the contents of a batch, and returns a closure that makes
    ///   it.
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
