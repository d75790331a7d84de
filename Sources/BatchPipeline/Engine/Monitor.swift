import Foundation

/// A value that threads share, with a way to wait for changes.
package final class Monitor<State>: Sendable {
    private let condition = NSCondition()
    nonisolated(unsafe) private var state: State

    package init(_ state: sending State) { self.state = state }

    /// Reads or changes the value, and wakes waiting threads.
    package func update<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
        condition.lock()
        defer {
            condition.broadcast()
            condition.unlock()
        }
        return try body(&state)
    }

    /// Waits until `body` returns a value other than nil.
    ///
    /// `body` also runs several times a second, because signals do not wake threads.
    package func wait<Result>(_ body: (inout State) -> Result?) -> Result {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let result = body(&state) {
                condition.broadcast()
                return result
            }
            _ = condition.wait(until: Date(timeIntervalSinceNow: 0.1))
        }
    }
}
