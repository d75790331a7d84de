import Foundation

/// A value that threads share, with a way to wait for what others do to it.
final class Monitor<State>: Sendable {
    private let condition = NSCondition()
    nonisolated(unsafe) private var state: State

    init(_ state: sending State) { self.state = state }

    /// Reads or changes the value, and wakes whoever waits.
    func update<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
        condition.lock()
        defer {
            condition.broadcast()
            condition.unlock()
        }
        return try body(&state)
    }

    /// Waits until `body` gives something else than nil.
    ///
    /// It is asked again several times a second, whatever happens: signals wake nobody.
    func wait<Result>(_ body: (inout State) -> Result?) -> Result {
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
