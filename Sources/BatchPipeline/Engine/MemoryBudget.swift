/// The memory for images in progress, granted in the order of the requests.
final class MemoryBudget: Sendable {
    private struct State {
        var used = 0
        var next = 0
        var served = 0
    }

    private let state = Monitor(State())
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Waits until that much memory is free. A request larger than the budget waits until all other memory is returned.
    ///
    /// - Returns: false, without any memory, when `isCanceled` becomes true.
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

    /// Waits until all other memory is returned, and takes everything in exchange for what ``take(_:isCanceled:)`` gave.
    ///
    /// - Returns: how much that is; nil, without any memory, when `isCanceled` becomes true.
    func takeAll(insteadOf bytes: Int, isCanceled: () -> Bool) -> Int? {
        give(bytes)
        let all = max(limit, bytes)
        return take(all, isCanceled: isCanceled) ? all : nil
    }

    /// Returns memory.
    func give(_ bytes: Int) { state.update { $0.used -= bytes } }

    /// The memory in use.
    var used: Int { state.update { $0.used } }
}
