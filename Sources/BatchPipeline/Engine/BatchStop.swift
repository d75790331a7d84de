import Foundation
import ImageFiles
import Synchronization

/// Why a batch ended before its end.
public enum BatchStop: Sendable, Equatable {
    /// Somebody asked for it.
    case canceled
    /// There is no room for results any more.
    case diskFull
}

/// Whether a running batch has to end, and why.
final class StopWatch: Sendable {
    private let isFull = Atomic<Bool>(false)
    private let wasCanceled = Atomic<Bool>(false)
    private let isCanceled: @Sendable () -> Bool

    /// - Parameter isCanceled: whether somebody has asked to stop; asked on any thread.
    init(isCanceled: @escaping @Sendable () -> Bool) { self.isCanceled = isCanceled }

    /// Called when something could not be written.
    func note(_ error: any Error) {
        guard case ImageError.notWritable(_, let reason) = error else { return }
        if [ENOSPC, EDQUOT].contains(where: { String(cString: strerror($0)) == reason }) {
            isFull.store(true, ordering: .relaxed)
        }
    }

    var reason: BatchStop? {
        // Only the thread that does the work runs in the task that started it: the others learn it from there.
        if Task.isCancelled { wasCanceled.store(true, ordering: .relaxed) }
        if wasCanceled.load(ordering: .relaxed) || isCanceled() { return .canceled }
        return isFull.load(ordering: .relaxed) ? .diskFull : nil
    }

    var isStopped: Bool { reason != nil }
}
