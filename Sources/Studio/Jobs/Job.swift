import Foundation
import Synchronization

/// A piece of computing: it waits in a lane, runs there, and ends.
package final class Job: Sendable {
    /// How far a job is.
    package enum State: Sendable, Equatable {
        case waiting
        case running
        case done
        case failed(Refusal)
        case canceled(String)

        /// Whether nothing more will happen.
        var isOver: Bool {
            switch self {
            case .waiting, .running: false
            case .done, .failed, .canceled: true
            }
        }
    }

    /// What can be seen of a job.
    package struct Status: Sendable, Equatable {
        package var state = State.waiting
        /// Steps that are done, of so many; 0 of 0 before they are known.
        package var done = 0, total = 0
        /// Seconds since the job began to run; nil before.
        package var started: Double?
    }

    /// A name that nobody guesses.
    package let id: String
    /// Jobs with one key replace each other: the newest counts.
    let key: String?
    /// When a job that still runs is stopped, in seconds of running.
    let timeLimit: Double
    private let shared = Mutex(Shared())

    private struct Shared {
        var status = Status()
        var watchers: [Int: @Sendable (Status) -> Void] = [:]
        var nextWatcher = 0
    }

    init(key: String? = nil, timeLimit: Double) {
        id = randomName()
        (self.key, self.timeLimit) = (key, timeLimit)
    }

    /// What can be seen now.
    package var status: Status { shared.withLock(\.status) }

    /// Whether the work should stop. It asks now and then.
    package var isCanceled: Bool { status.state.isOver }

    /// - Throws: `CancellationError` when the work should stop.
    package func checkCanceled() throws {
        if isCanceled { throw CancellationError() }
    }

    /// Tells how far the work is.
    package func report(_ done: Int, of total: Int) {
        change { if !$0.status.state.isOver { ($0.status.done, $0.status.total) = (done, total) } }
    }

    /// Stops the job, whether it waits or runs; nothing happens if it is over.
    package func cancel(because words: String = "The job was canceled.") { end(.canceled(words)) }

    /// Calls a closure with each status, beginning with the present one, until the returned closure is called or the job
    /// is over. The last status is the one that is over.
    package func watch(_ tell: @escaping @Sendable (Status) -> Void) -> @Sendable () -> Void {
        let (status, number) = shared.withLock { shared in
            let number = shared.nextWatcher
            shared.nextWatcher += 1
            if !shared.status.state.isOver { shared.watchers[number] = tell }
            return (shared.status, number)
        }
        tell(status)
        return { [self] in shared.withLock { _ = $0.watchers.removeValue(forKey: number) } }
    }

    /// Begins to run.
    ///
    /// - Returns: false if it was canceled before.
    func begin() -> Bool {
        change { shared in
            guard shared.status.state == .waiting else { return }
            shared.status.state = .running
            shared.status.started = Self.now
        }
        guard status.state == .running else { return false }
        // Some work asks seldom whether it should stop. Whoever waits for it is told in time.
        DispatchQueue.global().asyncAfter(deadline: .now() + timeLimit) { [weak self] in self?.endLate() }
        return true
    }

    /// Ends because of the time.
    func endLate() {
        end(
            .failed(
                Refusal(
                    .unavailable, "time", "The job was stopped: it took longer than \(Int(timeLimit)) seconds.",
                    retryAfter: 10)))
    }

    /// Ends with a state, unless it has ended.
    func end(_ state: State) {
        change { shared in
            guard !shared.status.state.isOver else { return }
            shared.status.state = state
        }
    }

    private func change(_ body: (inout Shared) -> Void) {
        let (status, watchers) = shared.withLock { shared in
            let before = shared.status
            body(&shared)
            let watchers = shared.status == before ? [] : Array(shared.watchers.values)
            if shared.status.state.isOver { shared.watchers = [:] }
            return (shared.status, watchers)
        }
        for tell in watchers { tell(status) }
    }

    /// Seconds since the system started.
    static var now: Double { ProcessInfo.processInfo.systemUptime }
}

/// Sixteen bytes of the system's randomness as hexadecimal digits.
package func randomName() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<2).map { _ in
        let digits = String(generator.next() as UInt64, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
}
