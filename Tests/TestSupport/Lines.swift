import Reporting
import Synchronization

/// What was written to a console, whose clock is moved by hand.
package final class Lines: Sendable {
    private let written = Mutex("")
    private let time = Mutex(100.0)

    package init() {}

    package var text: String { written.withLock { $0 } }

    package func clear() { written.withLock { $0 = "" } }
    package func wait(_ seconds: Double) { time.withLock { $0 += seconds } }

    package func console(isTerminal: Bool = false, environment: [String: String] = [:], width: Int = 80) -> Console {
        Console(
            isTerminal: isTerminal, environment: environment, width: { width },
            now: { [self] in time.withLock { $0 } }, write: { [self] text in written.withLock { $0 += text } })
    }
}
