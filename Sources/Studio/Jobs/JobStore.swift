import Foundation
import Synchronization

/// Jobs whose results are fetched later. Results stay for a while, and as far as there is room.
package final class JobStore: Sendable {
    /// What a job has made.
    package struct Result: Sendable {
        /// The type of the bytes: `image/png`.
        package let type: String
        package let bytes: [UInt8]
        /// What is known of it, such as its size in pixels.
        package let facts: [String: Int]
    }

    /// A job, with what it has made.
    package struct Entry: Sendable {
        package let job: Job
        /// The name of what it makes: `photo-4x.png`.
        package let title: String
        package var result: Result?
    }

    private let entries = Mutex<[Entry]>([])
    private let mostJobs: Int
    private let mostBytes: Int

    /// - Parameters:
    ///   - mostJobs: how many jobs are kept that are over.
    ///   - mostBytes: how many bytes their results have together.
    package init(mostJobs: Int = 256, mostBytes: Int = 1 << 30) {
        (self.mostJobs, self.mostBytes) = (mostJobs, mostBytes)
    }

    /// All jobs, the newest last.
    package var all: [Entry] { entries.withLock { $0 } }

    package func add(_ job: Job, title: String) {
        entries.withLock { entries in
            entries.append(Entry(job: job, title: title))
            trim(&entries)
        }
    }

    /// A job by its name.
    package subscript(id: String) -> Entry? { entries.withLock { $0.first { $0.job.id == id } } }

    /// Keeps what a job has made. The oldest results go when there is no room.
    package func keep(_ result: Result, of job: Job) {
        entries.withLock { entries in
            guard let index = entries.firstIndex(where: { $0.job === job }) else { return }
            entries[index].result = result
            trim(&entries)
        }
    }

    /// Forgets a job, and stops it.
    package func remove(_ id: String) {
        let removed = entries.withLock { entries in
            let index = entries.firstIndex { $0.job.id == id }
            return index.map { entries.remove(at: $0) }
        }
        removed?.job.cancel()
    }

    private func trim(_ entries: inout [Entry]) {
        func bytes() -> Int { entries.reduce(0) { $0 + ($1.result?.bytes.count ?? 0) } }
        while bytes() > mostBytes || entries.count(where: { $0.job.status.state.isOver }) > mostJobs {
            // The newest one is what somebody is about to fetch.
            guard let oldest = entries.dropLast().firstIndex(where: { $0.result != nil || $0.job.status.state.isOver })
            else { return }
            entries.remove(at: oldest)
        }
    }
}
