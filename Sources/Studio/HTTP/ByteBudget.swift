import Synchronization

/// Bytes that may be held at a time, by all requests together.
package final class ByteBudget: Sendable {
    private let taken = Mutex(0)
    private let limit: Int

    package init(_ limit: Int) { self.limit = limit }

    /// Takes bytes, which are given back when the returned value is released.
    ///
    /// - Throws: ``Refusal`` (503) if there are not so many.
    package func take(_ count: Int) throws(Refusal) -> Share {
        let fits = taken.withLock { taken in
            guard taken + count <= limit else { return false }
            taken += count
            return true
        }
        guard fits else {
            throw Refusal(
                .unavailable, "busy", "Studio is busy with other uploads. Try again in a few seconds.", retryAfter: 2)
        }
        return Share(self, count)
    }

    private func giveBack(_ count: Int) { taken.withLock { $0 -= count } }

    /// Bytes that somebody holds.
    package final class Share: Sendable {
        private let budget: ByteBudget
        private let count: Int

        fileprivate init(_ budget: ByteBudget, _ count: Int) { (self.budget, self.count) = (budget, count) }

        deinit { budget.giveBack(count) }
    }
}
