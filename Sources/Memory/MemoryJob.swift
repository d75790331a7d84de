import Synchronization

/// A piece of work that may fail for want of memory without ending the program.
///
/// Operations on tensors do not throw. Where one gets no memory, it notes that in the current job and returns a tensor
/// without values; what is computed from such a tensor has no values either, and costs nothing. The job then ends with
/// the error. Work outside of a job ends the program, as it would without any of this.
///
///     let image = try MemoryJob.run { try upscaler.upscaled(photo) }
package enum MemoryJob {
    private final class Failure: Sendable {
        let first = Mutex<OutOfMemory?>(nil)
    }

    @TaskLocal private static var current: Failure?

    /// Runs a job. It belongs to this thread or task; other threads need jobs of their own.
    ///
    /// - Throws: ``OutOfMemory`` when memory ran out, else what the closure throws.
    package static func run<Result>(_ body: () throws -> Result) throws -> Result {
        let failure = Failure()
        return try $current.withValue(failure) {
            do {
                let result = try body()
                try check()
                return result
            } catch let error where !(error is CancellationError) {
                // Whatever else went wrong went wrong because of it.
                if OutOfMemory.cause(of: error) == nil { try check() }
                throw error
            }
        }
    }

    /// Stops a job in which memory ran out. Call it where values are read, and before anything that lasts is changed.
    ///
    /// - Throws: ``OutOfMemory``.
    package static func check() throws {
        if let error = current?.first.withLock({ $0 }) { throw error }
    }

    /// Whether memory ran out in the current job: what it computed since must not be kept.
    package static var hasFailed: Bool { current?.first.withLock { $0 != nil } ?? false }

    /// Notes that memory ran out.
    package static func note(_ error: OutOfMemory) {
        guard let current else { preconditionFailure("out of memory: \(error)") }
        current.first.withLock { $0 = $0 ?? error }
    }
}
