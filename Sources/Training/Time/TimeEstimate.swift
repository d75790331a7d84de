import Foundation
import Models

/// What a training takes time for, in seconds: measured before it begins, and corrected while it runs.
package struct TimeEstimate: Codable, Equatable, Sendable {
    /// The steps of a stage.
    package struct Stage: Codable, Equatable, Sendable {
        /// The first step of the stage, in steps of the schedules.
        package var first: Int
        /// One step.
        package var seconds: Double
        /// How many steps it was measured with.
        package var count: Int

        package init(first: Int, seconds: Double, count: Int = 1) {
            (self.first, self.seconds, self.count) = (first, seconds, count)
        }
    }

    /// In the order of the schedules; at least one.
    package var stages: [Stage]
    /// A sheet of samples.
    package var sample = 0.0
    /// A checkpoint with the export of the model.
    package var checkpoint = 0.0
    /// An evaluation.
    package var evaluation = 0.0

    package init(stages: [Stage]) { self.stages = stages }

    /// Refuses numbers that no training writes.
    func check() throws(ParameterError) {
        if stages.isEmpty { throw ParameterError("stages is empty") }
        for stage in stages {
            try ParameterError.check("stages.first", stage.first, in: 1...TrainingLimits.steps.upperBound + 1)
            try ParameterError.check("stages.seconds", stage.seconds, in: TrainingLimits.seconds)
            try ParameterError.check("stages.count", stage.count, in: 0...1_000_000)
        }
        for (name, seconds) in [("sample", sample), ("checkpoint", checkpoint), ("evaluation", evaluation)] {
            try ParameterError.check(name, seconds, in: TrainingLimits.seconds)
        }
    }

    /// Takes account of a step that took some seconds. The last hundred or so count.
    package mutating func note(step seconds: Double, scheduleStep: Int) {
        let index = stages.lastIndex { $0.first <= scheduleStep } ?? 0
        stages[index].count = min(stages[index].count + 1, 100)
        stages[index].seconds += (seconds - stages[index].seconds) / Double(stages[index].count)
    }

    /// A step on the way between two places of the schedules, on average.
    package func stepSeconds(from start: Double, to end: Double) -> Double {
        guard end > start + 0.5 else { return stages[stages.lastIndex { Double($0.first) <= end + 1 } ?? 0].seconds }
        var total = 0.0
        for (index, stage) in stages.enumerated() {
            let lower = index == 0 ? start : max(Double(stage.first - 1), start)
            let upper = index + 1 < stages.count ? min(Double(stages[index + 1].first - 1), end) : end
            total += max(upper - lower, 0) * stage.seconds
        }
        return total / (end - start)
    }

    /// The seconds that some more steps take, with what happens between them and at the end.
    func seconds(of count: Int, after step: Int, stepSeconds: Double, _ options: TrainingOptions) -> Double {
        let last = step + count
        func times(_ interval: Int) -> Double { interval > 0 ? Double((last - 1) / interval - step / interval) : 0 }
        return Double(count) * stepSeconds + (times(options.sampleEvery) + 1) * sample
            + (times(options.checkpointEvery) + 1) * checkpoint
            + (options.evaluateEvery > 0 ? (times(options.evaluateEvery) + 1) * evaluation : 0)
    }

    /// The number of steps that fit into a time, with what happens between them and at the end; at least 1.
    ///
    /// - Parameters:
    ///   - step: the last step before them.
    ///   - place: the place in the schedules where they begin.
    ///   - end: the place where they end.
    package func steps(
        in seconds: Double, after step: Int, from place: Double, to end: Double, _ options: TrainingOptions
    ) -> Int {
        let each = max(stepSeconds(from: place, to: end), 1e-6)
        var (fitting, tooMany) = (1, max(Int(min(seconds / each, 1e9)), 1) + 1)
        while tooMany - fitting > 1 {
            let middle = (fitting + tooMany) / 2
            if self.seconds(of: middle, after: step, stepSeconds: each, options) <= seconds {
                fitting = middle
            } else {
                tooMany = middle
            }
        }
        return fitting
    }
}
