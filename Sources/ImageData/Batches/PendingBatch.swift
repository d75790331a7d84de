import Dispatch
import Synchronization

/// A batch that another thread is making.
final class PendingBatch<Value: Sendable>: Sendable {
    private let group = DispatchGroup()
    private let state = Mutex<(result: Result<Value, any Error>?, isCanceled: Bool)>((nil, false))

    /// Has the batch made on a queue.
    init(on queue: DispatchQueue, _ make: @escaping @Sendable () throws -> Value) {
        queue.async(group: group) { [self] in
            if state.withLock({ $0.isCanceled }) { return }
            let result = Result { try make() }
            state.withLock { $0.result = result }
        }
    }

    /// Says that nobody will ask for it.
    func cancel() { state.withLock { $0.isCanceled = true } }

    /// The batch, once it is made; nil when it was canceled before it was begun.
    func wait() throws -> Value? {
        group.wait()
        return try state.withLock { $0.result }?.get()
    }
}
