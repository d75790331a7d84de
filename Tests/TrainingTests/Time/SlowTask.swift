import Foundation
import Training

/// A clock that only work moves.
final class WorkClock {
    var time = 0.0
}

/// A training whose work takes known time of a clock.
final class SlowTask: PacedTask, DivisibleTask {
    let line: LineFittingTask
    let clock: WorkClock
    /// The seconds of a step.
    var seconds: (_ step: Int) -> Double
    /// The seconds of a sheet, a checkpoint and an evaluation.
    var costs = (sample: 0.0, checkpoint: 0.0, evaluation: 0.0)
    var pace = Pace()
    var stages = [1]
    var division = Division.none
    let batchSize: Int? = 2
    /// The steps of the schedules that the steps had.
    private(set) var scheduleSteps: [Int] = []

    init(_ clock: WorkClock, _ line: LineFittingTask = LineFittingTask(), seconds: @escaping (Int) -> Double) {
        (self.clock, self.line, self.seconds) = (clock, line, seconds)
    }

    var kind: String { line.kind }

    func step(_ number: Int, measuring: Bool) throws -> StepReport {
        clock.time += seconds(number)
        scheduleSteps.append(pace.scheduleStep(of: number))
        return try line.step(number, measuring: measuring)
    }

    func checkpoint() -> TrainingState { line.checkpoint() }
    func restore(_ state: TrainingState) throws { try line.restore(state) }

    func preview() throws -> Preview? {
        clock.time += costs.sample
        return nil
    }

    func evaluate() throws -> [String: Double] {
        clock.time += costs.evaluation
        return [:]
    }

    func export(to folder: String, after step: Int) throws {
        clock.time += costs.checkpoint
        try line.export(to: folder, after: step)
    }
}
