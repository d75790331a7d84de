import Foundation
import Synchronization

/// How many times the process was asked to stop, and by which signal first.
private let stopRequests = Atomic<Int32>(0)
private let stopSignal = Atomic<Int32>(0)

/// Ctrl-C and its relatives, turned into a polite request: the first one lets the loop finish its step and save; the
/// second one ends the process at once.
enum StopRequest {
    /// The signals that are listened to at the moment.
    private static let heard = Mutex<[Int32]>([])

    /// Starts to listen to SIGINT, SIGTERM and SIGHUP; those that whoever started the process wants ignored (as
    /// `nohup` does) stay ignored.
    static func listen() {
        stopRequests.store(0, ordering: .relaxed)
        stopSignal.store(0, ordering: .relaxed)
        var wanted = sigset_t()
        sigemptyset(&wanted)
        let numbers = [SIGINT, SIGTERM, SIGHUP].filter { !isIgnored($0) }
        for number in numbers {
            sigaddset(&wanted, number)
            signal(number) { number in
                if stopRequests.add(1, ordering: .relaxed).newValue > 1 { _exit(128 + number) }
                stopSignal.store(number, ordering: .relaxed)
            }
        }
        // A process started from a thread that holds signals back inherits that.
        pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
        heard.withLock { $0 = numbers }
    }

    /// Gives the signals back their usual meaning.
    static func stopListening() {
        let numbers = heard.withLock { heard in
            defer { heard = [] }
            return heard
        }
        for number in numbers { signal(number, SIG_DFL) }
    }

    /// The signal that asked to stop; nil as long as none has.
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
