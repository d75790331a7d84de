import Foundation
import ImageFiles
import Synchronization

/// Why a batch stopped early.
public enum BatchStop: Sendable, Equatable {
    /// Somebody asked for it.
    case canceled
    /// The disk is full.
    case diskFull
    /// Whoever read the results has closed the pipe.
    case closedPipe
}

extension ImageError {
    /// Whether the disk, or the user's share of it, is full.
    package var isFullDisk: Bool { isWriteError([ENOSPC, EDQUOT]) }

    /// Whether nobody reads what is written any more.
    package var isClosedPipe: Bool { isWriteError([EPIPE]) }

    private func isWriteError(_ numbers: [Int32]) -> Bool {
        guard case .notWritable(_, let reason) = self else { return false }
        return numbers.contains { String(cString: strerror($0)) == reason }
    }
}

/// Tells whether a running batch must stop, and why.
final class StopWatch: Sendable {
    private let isFull = Atomic<Bool>(false)
    private let isPipeClosed = Atomic<Bool>(false)
    private let wasCanceled = Atomic<Bool>(false)
    private let isCanceled: @Sendable () -> Bool

    /// - Parameter isCanceled: whether somebody has asked to stop; asked on any thread.
    init(isCanceled: @escaping @Sendable () -> Bool) { self.isCanceled = isCanceled }

    /// Called when something could not be written.
    func note(_ error: any Error) {
        guard let error = error as? ImageError else { return }
        if error.isFullDisk { isFull.store(true, ordering: .relaxed) }
        if error.isClosedPipe { isPipeClosed.store(true, ordering: .relaxed) }
    }

    var reason: BatchStop? {
        // Only the thread that does the work runs in the task that started it: the others learn it from there.
        if Task.isCancelled { wasCanceled.store(true, ordering: .relaxed) }
        if isPipeClosed.load(ordering: .relaxed) { return .closedPipe }
        if wasCanceled.load(ordering: .relaxed) || isCanceled() { return .canceled }
        return isFull.load(ordering: .relaxed) ? .diskFull : nil
    }

    var isStopped: Bool { reason != nil }
}
