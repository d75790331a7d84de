import Foundation
import Synchronization

/// Runs jobs one after the other on a thread of its own.
///
/// Networks use all cores, so jobs side by side would only wait for each other. The thread is always the same, because
/// OpenMP keeps a pool of threads for each thread that computes.
package final class JobLane: Sendable {
    /// What the lane is for, in words: `drawing`.
    package let name: String
    /// Jobs that may wait.
    package let capacity: Int
    private let shared = Mutex(Shared())
    private let news = DispatchSemaphore(value: 0)
    private let around: @Sendable (() -> Void) -> Void

    private struct Shared {
        var waiting: [(job: Job, work: @Sendable (Job) -> Void)] = []
        var running: Job?
    }

    /// - Parameter around: calls the closure that it is given, which runs a job.
    package init(_ name: String, capacity: Int, around: @escaping @Sendable (() -> Void) -> Void = { $0() }) {
        (self.name, self.capacity, self.around) = (name, capacity, around)
        let thread = Thread { [weak self, news] in
            while true {
                news.wait()
                guard let self else { return }
                self.runNext()
            }
        }
        thread.name = "studio-\(name)"
        thread.stackSize = 8 << 20
        thread.start()
    }

    deinit { news.signal() }

    /// Jobs that wait or run.
    package var load: Int { shared.withLock { $0.waiting.count + ($0.running == nil ? 0 : 1) } }

    /// The place of a job among those that wait, from 1; 0 if it does not wait.
    package func place(of job: Job) -> Int {
        shared.withLock { $0.waiting.firstIndex { $0.job === job }.map { $0 + 1 } ?? 0 }
    }

    /// Adds a job. Jobs with its key are canceled, whether they wait or run.
    ///
    /// - Parameter work: what the job does; it ends the job.
    /// - Throws: ``Refusal`` (503) if too many jobs wait.
    package func add(_ job: Job, _ work: @escaping @Sendable (Job) -> Void) throws(Refusal) {
        let (replaced, isFull) = shared.withLock { shared -> ([Job], Bool) in
            var replaced: [Job] = []
            if let key = job.key {
                replaced = shared.waiting.map(\.job).filter { $0.key == key }
                shared.waiting.removeAll { $0.job.key == key }
                if let running = shared.running, running.key == key { replaced.append(running) }
            }
            shared.waiting.removeAll { $0.job.status.state.isOver }
            guard shared.waiting.count < capacity else { return (replaced, true) }
            shared.waiting.append((job, work))
            return (replaced, false)
        }
        for job in replaced { job.cancel(because: "A newer request replaced this one.") }
        if isFull {
            throw Refusal(
                .unavailable, "busy", "Studio is busy: \(capacity) jobs wait already. Try again in a few seconds.",
                retryAfter: 2)
        }
        news.signal()
    }

    /// Runs a closure as a job of this lane, and waits for it. If the task is canceled, so is the job.
    ///
    /// - Parameters:
    ///   - key: the newest job with a key cancels the others.
    ///   - timeLimit: seconds of running after which the job is stopped.
    /// - Throws: ``Refusal``: 503 if too many jobs wait or the time is over, 409 if a newer job replaced this one, and
    ///   what the closure throws, in words.
    package func run<Value: Sendable>(
        key: String? = nil, timeLimit: Double, _ body: @escaping @Sendable (Job) throws -> Value
    ) async throws(Refusal) -> Value {
        let job = Job(key: key, timeLimit: timeLimit)
        let result = Mutex<Value?>(nil)
        try add(job) { job in
            job.finish {
                try $0 = body(job)
            } storing: { value in
                result.withLock { $0 = value }
            }
        }
        await job.over()
        switch job.status.state {
        case .done:
            if let value = result.withLock({ $0 }) { return value }
            throw Refusal(.failed, "failed", "The job ended without a result.")
        case .failed(let refusal): throw refusal
        case .canceled(let words): throw Refusal(.conflict, "canceled", words)
        case .waiting, .running: throw Refusal(.failed, "failed", "The job did not end.")
        }
    }

    private func runNext() {
        let next = shared.withLock { shared -> (job: Job, work: @Sendable (Job) -> Void)? in
            guard !shared.waiting.isEmpty else { return nil }
            let next = shared.waiting.removeFirst()
            shared.running = next.job
            return next
        }
        guard let next else { return }
        if next.job.begin() { around { next.work(next.job) } }
        shared.withLock { $0.running = nil }
    }
}

extension Job {
    /// Runs a closure and ends the job with what came of it.
    func finish<Value>(_ body: (inout Value?) throws -> Void, storing store: (Value) -> Void) {
        do {
            var value: Value?
            try body(&value)
            try checkCanceled()
            if let value { store(value) }
            end(.done)
        } catch is CancellationError {
            // One that was canceled is over already.
            endLate()
        } catch {
            end(.failed(Refusal(of: error)))
        }
    }

    /// Returns when the job is over; if the task is canceled, the job is, too.
    func over() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isResumed = Mutex(false)
                _ = watch { status in
                    guard status.state.isOver,
                        isResumed.withLock({ done in
                            defer { done = true }
                            return !done
                        })
                    else { return }
                    continuation.resume()
                }
            }
        } onCancel: {
            cancel(because: "Nobody waits for the result any longer.")
        }
    }
}
