/// Measures the recent growth of a count.
package struct RateMeter: Sendable {
    /// Recent (time, count) pairs.
    private var history: [(time: Double, count: Int)]

    /// - Parameter now: seconds of a monotonic clock.
    package init(count: Int, now: Double) { history = [(now, count)] }

    /// Adds a count.
    package mutating func update(_ count: Int, now: Double) {
        guard now - (history.last?.time ?? 0) >= 0.5 else { return }
        history.append((now, count))
        if history.count > 60 { history.removeFirst() }
    }

    /// Counts per second.
    package func rate(_ count: Int, now: Double) -> Double {
        guard let oldest = history.first, now > oldest.time else { return 0 }
        return Double(count - oldest.count) / (now - oldest.time)
    }
}
