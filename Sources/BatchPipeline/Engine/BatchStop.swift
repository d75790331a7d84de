import Foundation
import ImageFiles
import Synchronization

/// Why a batch ended before its end.
public enum BatchStop: Sendable, Equatable {
    /// Somebody asked for it, by this signal.
    case signal(Int32)
    /// There is no room for results any more.
    case diskFull
}

/// Whether a running batch has to end, and why.
final class StopWatch: Sendable {
    private let isFull = Atomic<Bool>(false)
    private let signal: @Sendable () -> Int32?

    /// - Parameter signal: the signal that asked to stop, if one has.
    init(signal: @escaping @Sendable () -> Int32?) { self.signal = signal }

    /// Called when something could not be written.
    func note(_ error: any Error) {
        guard case ImageError.notWritable(_, let reason) = error else { return }
        if [ENOSPC, EDQUOT].contains(where: { String(cString: strerror($0)) == reason }) {
            isFull.store(true, ordering: .relaxed)
        }
    }

    var reason: BatchStop? {
        if let number = signal() { return .signal(number) }
        return isFull.load(ordering: .relaxed) ? .diskFull : nil
    }

    var isStopped: Bool { reason != nil }
}
