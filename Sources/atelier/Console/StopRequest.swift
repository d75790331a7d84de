import Foundation
import Synchronization

/// The signal of the first stop request, and its time in nanoseconds; 0 if there was none.
private let stopSignal = Atomic<Int32>(0)
private let stopTime = Atomic<UInt64>(0)

/// Turns Ctrl-C and similar signals into stop requests. The first signal lets the loop finish its step and save; another
/// one ends the process at once, if it comes at least half a second later. (`timeout`, and launchers that pass signals
/// on, send the same request twice.) A closed pipe is such a request, too, but however often it comes, nothing is cut off.
enum StopRequest {
    /// The signals that are handled.
    private static let heard = Mutex<[Int32]>([])

    /// Starts to listen to SIGINT, SIGTERM, SIGHUP and SIGPIPE; those that whoever started the process wants ignored (as
    /// `nohup` does) stay ignored.
    ///
    /// - Parameter isRank: whether to listen to SIGUSR1, too, by which Slurm says that the time is nearly over.
    static func listen(isRank: Bool = false) {
        stopTime.store(0, ordering: .relaxed)
        stopSignal.store(0, ordering: .relaxed)
        var wanted = sigset_t()
        sigemptyset(&wanted)
        let numbers = ([SIGINT, SIGTERM, SIGHUP, SIGPIPE] + (isRank ? [SIGUSR1] : [])).filter { !isIgnored($0) }
        for number in numbers {
            sigaddset(&wanted, number)
            signal(number) { number in
                if number == SIGPIPE {
                    _ = stopSignal.compareExchange(expected: 0, desired: number, ordering: .relaxed)
                    return
                }
                var now = timespec()
                clock_gettime(CLOCK_MONOTONIC, &now)
                let time = UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
                let first = stopTime.compareExchange(expected: 0, desired: time, ordering: .relaxed)
                if !first.exchanged, time > first.original, time - first.original > 500_000_000 { _exit(128 + number) }
                stopSignal.store(number, ordering: .relaxed)
            }
        }
        // A process inherits blocked signals from the thread that started it.
        pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
        heard.withLock { $0 = numbers }
    }

    /// Restores the default handling of the signals.
    static func stopListening() {
        let numbers = heard.withLock { heard in
            defer { heard = [] }
            return heard
        }
        for number in numbers { signal(number, SIG_DFL) }
    }

    /// The signal that requested a stop; nil if there was none.
    static var pending: Int32? {
        let number = stopSignal.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
