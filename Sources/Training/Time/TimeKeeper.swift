import Foundation
import Models

/// The time of a training that was given hours instead of steps, as its `config.json` records it. With it, a run that
/// goes on takes the same steps through the same schedules.
package struct RunTime: Codable, Equatable {
    /// The seconds of training in all, over all sessions; nil when a number of steps was asked for later on.
    package var seconds: Double?
    /// The last step of the schedules: the number of steps that was chosen at the start.
    package var scheduleSteps: Int
    /// How the steps go through the schedules.
    package var pace = Pace()
    /// What took time so far.
    package var estimate: TimeEstimate

    /// Refuses numbers that no training writes.
    func check() throws(ParameterError) {
        if let seconds { try ParameterError.check("seconds", seconds, in: TrainingLimits.seconds) }
        try ParameterError.check("scheduleSteps", scheduleSteps, in: 1...TrainingLimits.steps.upperBound)
        try ParameterError.check(in: "estimate") { () throws(ParameterError) in try estimate.check() }
        for section in pace.sections {
            try ParameterError.check("pace.sections.after", section.after, in: TrainingLimits.steps)
            try ParameterError.check("pace.sections.from", section.from, in: 0...1e12)
            try ParameterError.check("pace.sections.rate", section.rate, in: 0...1e12)
        }
    }
}

/// The time that is asked for when a training starts or goes on.
package struct TimeRequest: Sendable {
    /// When it shall be over, by the trainer's clock.
    package var deadline: Double
    /// What was measured.
    package var estimate: TimeEstimate

    package init(deadline: Double, estimate: TimeEstimate) {
        (self.deadline, self.estimate) = (deadline, estimate)
    }
}

/// Keeps a training within its time: when the machine turns out to be slower or faster than it was, the training ends
/// at another step, and goes through the rest of its schedules at another pace.
///
/// A change needs a difference of a twentieth of the remaining time, or of half a percent of the whole near the end, so
/// that there are few.
struct TimeKeeper {
    /// What is recorded.
    var time: RunTime
    /// When it shall be over.
    let deadline: Double
    /// The seconds of the whole training.
    private let total: Double

    init(_ time: RunTime, deadline: Double, total: Double) {
        (self.time, self.deadline, self.total) = (time, deadline, max(total, 1e-6))
    }

    /// The last step for the time that is left; nil if the planned one will do.
    ///
    /// - Parameter step: the last step that was taken.
    mutating func newEnd(after step: Int, now: Double, _ options: TrainingOptions) -> Int? {
        let left = deadline - now
        let (place, end) = (time.pace.place(after: step), Double(time.scheduleSteps))
        let count = time.estimate.steps(in: left, after: step, from: place, to: end, options)
        let difference = abs(Double(step + count - options.steps)) * time.estimate.stepSeconds(from: place, to: end)
        guard step + count != options.steps, difference > max(total / 200, left / 20) || count == 1 else { return nil }
        time.pace.change(after: step, reaching: step + count, at: time.scheduleSteps)
        return step + count
    }

    /// Begins another part of a training that goes on with more time. The schedules go back to the share of the steps
    /// that is done by then, but not behind the start of the current stage.
    ///
    /// - Returns: the last step.
    mutating func extend(after step: Int, now: Double, stages: [Int], _ options: TrainingOptions) -> Int {
        let place = time.pace.place(after: step)
        let count = time.estimate.steps(
            in: deadline - now, after: step, from: place, to: Double(time.scheduleSteps), options)
        let share = Double(step) / Double(step + count) * Double(time.scheduleSteps)
        // Places are rounded to steps.
        let stageStart = Double(stages.last { Double($0) <= place + 0.5 } ?? 1) - 0.5
        time.pace.change(
            after: step, from: max(min(share, place), stageStart), reaching: step + count, at: time.scheduleSteps)
        return step + count
    }
}
