import Dispatch
import Memory
import Synchronization

/// A batch that another thread prepares.
final class PendingBatch<Value: Sendable>: Sendable {
    private let group = DispatchGroup()
    private let state = Mutex<(result: Result<Value, any Error>?, isCanceled: Bool)>((nil, false))

    /// Prepares the batch on a queue.
    init(on queue: DispatchQueue, _ make: @escaping @Sendable () throws -> Value) {
        queue.async(group: group) { [self] in
            if state.withLock({ $0.isCanceled }) { return }
            let result = Result { try MemoryJob.run { try make() } }
            state.withLock { $0.result = result }
        }
    }

    /// Cancels the batch, which is no longer needed.
    func cancel() { state.withLock { $0.isCanceled = true } }

    /// Waits for the batch; nil if it was canceled before it started.
    func wait() throws -> Value? {
        group.wait()
        return try state.withLock { $0.result }?.get()
    }
}
