import Foundation
import Memory
import Reporting

/// Measures what a training takes time for, on a task that is thrown away afterward. The training itself starts from
/// its own state, so it gives the same bits as one that was asked for the same number of steps.
package final class SpeedMeasurement {
    /// The result; nil until ``measure(_:options:)``.
    package private(set) var estimate: TimeEstimate?
    /// The options of the run that was measured.
    package private(set) var options = TrainingOptions(steps: 0)
    private let limit: Double
    private let now: () -> Double

    /// - Parameters:
    ///   - limit: the seconds that the measurement of steps may take; some steps are taken in any case.
    ///   - now: the time in seconds.
    package init(limit: Double, now: @escaping () -> Double = Console.uptime) {
        (self.limit, self.now) = (limit, now)
    }

    /// One step, on average over the whole training; 0 before ``measure(_:options:)``.
    package var stepSeconds: Double { estimate?.stepSeconds(from: 0, to: Double(options.steps)) ?? 0 }

    /// The steps of a whole training that fit into a time.
    package func steps(in seconds: Double) -> Int {
        estimate?.steps(in: seconds, after: 0, from: 0, to: Double(options.steps), options) ?? 1
    }

    /// Times steps of each stage, a sheet of samples, a checkpoint, and an evaluation if there will be any.
    package func measure(_ task: any TrainingTask, options: TrainingOptions) throws {
        self.options = options
        let firsts = (task as? any PacedTask)?.stages ?? [1]
        var estimate = TimeEstimate(
            stages: try firsts.map { first in
                let share = limit / Double(firsts.count)
                let (seconds, count) = try steps(of: task, from: first, for: share)
                return TimeEstimate.Stage(first: first, seconds: seconds, count: count)
            })
        estimate.sample = try time { _ = try task.preview() }
        estimate.checkpoint = try time { try save(task) }
        if options.evaluateEvery > 0 { estimate.evaluation = try time { _ = try task.evaluate() } }
        self.estimate = estimate
    }

    /// The first step prepares kernels and reads images, so it does not count.
    private func steps(of task: any TrainingTask, from first: Int, for seconds: Double) throws -> (Double, Int) {
        try take(first, of: task)
        let start = now()
        var count = 0
        while count < 2 || count < 20 && now() - start < seconds {
            count += 1
            try take(first + count, of: task)
        }
        return ((now() - start) / Double(count), count)
    }

    private func take(_ step: Int, of task: any TrainingTask) throws {
        do { _ = try MemoryJob.run { try task.step(step, measuring: false) } } catch let error as StepOutOfMemory {
            throw TrainingError.outOfMemory(
                step: step, error.cause, batch: task.batchSize,
                fitting: task.batchSize.flatMap { error.fittingBatch(insteadOf: $0) }, lastGood: nil)
        }
    }

    private func save(_ task: any TrainingTask) throws {
        let folder = NSTemporaryDirectory() + "atelier-speed-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try task.export(to: folder, after: 1)
        try Checkpoint(step: 1, state: task.checkpoint(), elapsed: 0, images: 0, watch: AlarmWatch())
            .write(to: folder + "/checkpoint")
    }

    private func time(_ body: () throws -> Void) throws -> Double {
        let start = now()
        try MemoryJob.run(body)
        return now() - start
    }
}
