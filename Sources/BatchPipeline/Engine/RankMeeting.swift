import Files
import Foundation
import Reporting

/// Keeps a rank that has failed at something from ending before the others have done their shares: `mpirun` stops
/// them all as soon as one ends with an error.
///
/// A hidden file in the output folder has one byte for each rank that has begun, and a shared lock of each that is at
/// work; locks go with their processes, however those end. On a disk without locks nobody waits.
final class RankMeeting {
    private let path: String
    private let descriptor: Int32
    private let ranks: Int
    private let start = Console.uptime()

    /// How long ranks may take to begin before it is taken for certain that they use another folder.
    private static let patience = 60.0

    /// Says that this rank has begun; nil when nobody minds how it ends, or no file can be made.
    init?(_ rank: Rank, folder: String) {
        guard let job = rank.job, rank.count > 1 else { return nil }
        ranks = rank.count
        // Named like a half-written result: what a killed job leaves behind is removed by the next one.
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

    /// Says that this rank has done its share, and waits for those of the others if it has to.
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

    /// Whether all have begun and none is at work any more.
    private var isOver: Bool {
        guard haveAllBegun, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return false }
        flock(descriptor, LOCK_UN)
        return true
    }
}
