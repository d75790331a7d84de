/// Bytes for images on their way, handed out in the order in which they are asked for.
final class MemoryBudget: Sendable {
    private struct State {
        var used = 0
        var next = 0
        var served = 0
    }

    private let state = Monitor(State())
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Waits until that much is there. Who asks for more than there is waits until nobody else has any.
    ///
    /// - Returns: false, and nothing, when `isCanceled` becomes true.
    func take(_ bytes: Int, isCanceled: () -> Bool) -> Bool {
        let ticket = state.update { state in
            defer { state.next += 1 }
            return state.next
        }
        return state.wait { state in
            if isCanceled() { return false }
            guard state.served == ticket, state.used == 0 || state.used + bytes <= limit else { return nil }
            state.used += bytes
            state.served += 1
            return true
        }
    }

    /// Gives back what is no longer needed.
    func give(_ bytes: Int) { state.update { $0.used -= bytes } }

    /// What is handed out at the moment.
    var used: Int { state.update { $0.used } }
}
