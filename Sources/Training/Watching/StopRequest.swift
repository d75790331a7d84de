import Foundation
import Synchronization

/// How many times the process was asked to stop, and by which signal first.
private let stopRequests = Atomic<Int32>(0)
private let stopSignal = Atomic<Int32>(0)

/// Ctrl-C and its relatives, turned into a polite request: the first one lets the loop finish its step and save; the
/// second one ends the process at once.
public enum StopRequest {
    /// Starts to listen to SIGINT, SIGTERM and SIGHUP.
    public static func listen() {
        stopRequests.store(0, ordering: .relaxed)
        stopSignal.store(0, ordering: .relaxed)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number) { number in
                if stopRequests.add(1, ordering: .relaxed).newValue > 1 { _exit(128 + number) }
                stopSignal.store(number, ordering: .relaxed)
            }
        }
    }

    /// Gives the signals back their usual meaning.
    public static func stopListening() {
        for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
    }

    /// The signal that asked to stop; nil as long as none has.
    public static var pending: Int32? {
        let number = stopSignal.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }
}
