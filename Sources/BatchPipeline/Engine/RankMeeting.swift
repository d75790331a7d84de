import Cluster
import Files
import Foundation
import Reporting

/// Makes a rank with a failure wait until the other ranks have finished: `mpirun` stops all ranks as soon as one exits
/// with an error.
///
/// A hidden file in the output folder has one byte for each rank that has started, and a shared lock for each rank at
/// work. A lock ends with its process. On a disk without locks, no rank waits.
final class RankMeeting {
    private let path: String
    private let descriptor: Int32
    private let ranks: Int
    private let start = Console.uptime()

    /// Seconds that other ranks may take to start. After that, they must be using another folder.
    private static let patience = 60.0

    /// Marks this rank as started; nil if its exit code does not affect other ranks, or if the file cannot be created.
    init?(_ rank: Rank, folder: String) {
        guard let job = rank.job, rank.count > 1 else { return nil }
        ranks = rank.count
        // Named like a temporary result, so that the next job removes what a killed job left behind.
        let number = job.utf8.reduce(UInt64(5381)) { $0 &* 33 &+ UInt64($1) }
        path = joined(folder, ".atelier-ranks-\(String(number, radix: 36)).tmp")
        descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_SH) == 0, write(descriptor, ".", 1) == 1 else {
            close(descriptor)
            return nil
        }
    }

    deinit { close(descriptor) }

    /// Marks this rank as done, and waits for the other ranks if necessary.
    ///
    /// - Parameter isCanceled: ends the waiting.
    func leave(waiting: Bool, isCanceled: () -> Bool) {
        flock(descriptor, LOCK_UN)
        while !isOver {
            let isHopeless = !haveAllBegun && Console.uptime() - start > Self.patience
            if !waiting || isHopeless || isCanceled() { return }
            usleep(100_000)
        }
        unlink(path)
    }

    private var haveAllBegun: Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_size >= ranks
    }

    /// Whether all ranks have started and none is still at work.
    private var isOver: Bool {
        guard haveAllBegun, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return false }
        flock(descriptor, LOCK_UN)
        return true
    }
}
