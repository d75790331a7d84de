import Cluster
import Foundation
import TestSupport
import Testing

@testable import Training

/// Trainings that are given a time instead of a number of steps. Only work moves their clock.
@Suite struct TimedTrainingTests {
    private let folder = TemporaryFolder()
    private let clock = WorkClock()

    private func options(_ steps: Int) -> TrainingOptions {
        TrainingOptions(steps: steps, sampleEvery: 50, checkpointEvery: 100, evaluateEvery: 100, logEvery: 1000)
    }

    /// Measures a task and trains another one of its kind, as the library does.
    private func train(
        for seconds: Double, in run: RunFolder? = nil, resuming: Bool = false,
        costs: (Double, Double, Double) = (0, 0, 0), stages: @escaping (Int) -> [Int] = { _ in [1] },
        usualSteps: Int = 1000, isCanceled: @escaping (SlowTask) -> Bool = { _ in false },
        _ speed: @escaping (Int) -> Double
    ) throws -> (task: SlowTask, chosen: Int, outcome: TrainingOutcome) {
        let start = clock.time
        func task(_ steps: Int) -> SlowTask {
            let task = SlowTask(clock, seconds: speed)
            (task.costs, task.stages) = (costs, stages(steps))
            return task
        }
        let measurement = SpeedMeasurement(limit: seconds / 50) { [clock] in clock.time }
        try measurement.measure(task(usualSteps), options: options(usualSteps))
        let estimate = try #require(measurement.estimate)
        let chosen = measurement.steps(in: start + seconds - clock.time)
        let trained = task(resuming ? usualSteps : chosen)
        let trainer = Trainer(
            trained, configuration: trained.line.settings, options: options(resuming ? usualSteps : chosen),
            folder: run ?? folder.run)
        trainer.request = TimeRequest(deadline: start + seconds, estimate: estimate)
        trainer.now = { [clock] in clock.time }
        trainer.isCanceled = { isCanceled(trained) }
        let outcome = try trainer.run(resuming: resuming)
        return (trained, chosen, outcome)
    }

    @Test func aSteadyMachineTakesTheChosenSteps() throws {
        let (task, chosen, outcome) = try train(for: 1000, costs: (2, 3, 10)) { _ in 1 }
        #expect(outcome.step == chosen && outcome.isComplete)
        #expect((970...1000).contains(clock.time), "\(clock.time)")
        #expect(task.scheduleSteps == Array(1...chosen))

        let line = LineFittingTask()
        _ = try Trainer(
            line, configuration: line.settings, options: options(chosen), folder: RunFolder(folder.path + "/steps")
        ).run()
        #expect(task.line.bits == line.bits)
    }

    @Test(arguments: [0.4, 0.8, 1.3, 3])
    func aChangedSpeedStillEndsInTime(factor: Double) throws {
        let (task, chosen, outcome) = try train(for: 1000, costs: (1, 2, 5)) { $0 > 300 ? factor : 1 }
        #expect((970...1030).contains(clock.time), "\(clock.time)")
        #expect(factor < 1 ? outcome.step > chosen : outcome.step < chosen)
        // The schedules end with the training, and never go back.
        #expect(task.scheduleSteps.last == chosen)
        #expect(zip(task.scheduleSteps, task.scheduleSteps.dropFirst()).allSatisfy(<=))
    }

    /// Ranks whose clocks differ end at the same step, with the same schedules.
    @Test func theFirstRankKeepsTheTime() throws {
        let place = folder.path
        let ends = try ThreadCommunicator.together(2) { communicator -> [Int] in
            let ranks = TrainingRanks(communicator, host: "")
            let clock = WorkClock()
            clock.time = communicator.isFirst ? 0 : 1e6
            let speed = { (step: Int) in (step > 300 ? 3 : 1) * (communicator.isFirst ? 1 : 0.2) }
            let options = TrainingOptions(
                steps: 1000, sampleEvery: 50, checkpointEvery: 100, evaluateEvery: 0, logEvery: 1000)
            func trainer(_ task: SlowTask, _ options: TrainingOptions) -> Trainer<LineFittingTask.Settings> {
                let folder = RunFolder(place + "/\(communicator.rank)")
                let trainer = Trainer(task, configuration: task.line.settings, options: options, folder: folder)
                trainer.ranks = ranks
                trainer.now = { clock.time }
                return trainer
            }
            let measurement = SpeedMeasurement(limit: 20) { ranks.first(clock.time) }
            try trainer(SlowTask(clock, seconds: speed), options).measure(by: measurement)
            let chosen = measurement.steps(in: ranks.first(1000 - clock.time))
            let task = SlowTask(clock, seconds: speed)
            var last = options
            last.steps = chosen
            let timed = trainer(task, last)
            timed.request = TimeRequest(
                deadline: communicator.isFirst ? 1000 : 0, estimate: try #require(measurement.estimate))
            let outcome = try timed.run()
            if communicator.isFirst { #expect((970...1030).contains(clock.time), "\(clock.time)") }
            return [chosen, outcome.step] + task.scheduleSteps
        }
        #expect(ends[0] == ends[1])
        #expect(ends[0][1] < ends[0][0] && ends[0].last == ends[0][0])
    }

    @Test func stagesOfDifferentSpeedAreKnownBeforehand() throws {
        let (_, chosen, outcome) = try train(for: 1000, stages: { [1, $0 / 2 + 1] }, { $0 <= 302 ? 1 : 2.2 })
        #expect((970...1030).contains(clock.time), "\(clock.time)")
        #expect(abs(chosen - outcome.step) < chosen / 8, "\(chosen), \(outcome.step)")
    }

    @Test func aStoppedRunGoesOnAsIfItHadNotStopped() throws {
        let speed = { (step: Int) in step > 200 ? 1.5 : 1 }
        let (whole, _, end) = try train(for: 1000, in: RunFolder(folder.path + "/whole"), speed)
        clock.time = 0
        let (half, _, stopped) = try train(for: 1000, isCanceled: { $0.scheduleSteps.count == 400 }, speed)
        #expect(!stopped.isComplete && stopped.step == 400)
        // Without a time, what is left of it.
        let chosen = try RunRecord<LineFittingTask.Settings>(reading: folder.run).time?.scheduleSteps
        let rest = SlowTask(clock, seconds: speed)
        clock.time += 5000
        let trainer = Trainer(
            rest, configuration: rest.line.settings, options: options(try #require(chosen)), folder: folder.run)
        trainer.now = { [clock] in clock.time }
        let outcome = try trainer.run(resuming: true)
        #expect(outcome.isComplete && outcome.step == end.step)
        #expect(half.scheduleSteps + rest.scheduleSteps == whole.scheduleSteps)
        #expect(rest.line.bits == whole.line.bits)
    }

    @Test func moreTimeStretchesTheRest() throws {
        let (_, chosen, first) = try train(for: 500) { _ in 1 }
        let start = clock.time
        let (task, more, outcome) = try train(for: 1000, resuming: true, usualSteps: chosen) { _ in 1 }
        #expect(outcome.isComplete && abs(outcome.step - first.step - more) <= 20)
        #expect((970...1030).contains(clock.time - start), "\(clock.time - start)")
        // A third of the whole time is over when the second part begins, and of the schedules.
        #expect(abs(task.scheduleSteps[0] * 3 - chosen) < chosen / 10)
        #expect(task.scheduleSteps.last == chosen)
        #expect(try RunRecord<LineFittingTask.Settings>(reading: folder.run).options.steps == outcome.step)
    }

    @Test func moreTimeNeverGoesBackToAnEarlierStage() throws {
        let (_, chosen, _) = try train(for: 500, stages: { [1, $0 / 2 + 1] }, { _ in 1 })
        let (task, _, _) = try train(
            for: 2000, resuming: true, stages: { [1, $0 / 2 + 1] }, usualSteps: chosen, { _ in 1 })
        #expect(task.scheduleSteps[0] == chosen / 2 + 1)
    }

    @Test func timesAreCounted() {
        var estimate = TimeEstimate(stages: [
            TimeEstimate.Stage(first: 1, seconds: 1), TimeEstimate.Stage(first: 101, seconds: 3),
        ])
        #expect(estimate.stepSeconds(from: 0, to: 200) == 2 && estimate.stepSeconds(from: 150, to: 200) == 3)
        #expect(estimate.stepSeconds(from: 200, to: 200) == 3)
        (estimate.sample, estimate.checkpoint, estimate.evaluation) = (1, 2, 10)
        // 100 steps, sheets after 50 and 100, a checkpoint and an evaluation at the end.
        var only = estimate
        only.stages = [TimeEstimate.Stage(first: 1, seconds: 1)]
        #expect(only.steps(in: 114, after: 0, from: 0, to: 100, options(100)) == 100)
        #expect(only.steps(in: 113.5, after: 0, from: 0, to: 100, options(100)) == 99)
        #expect(only.steps(in: -5, after: 7, from: 0, to: 100, options(100)) == 1)
    }

    @Test func aPaceReachesTheEndOfTheSchedulesInTime() {
        var pace = Pace()
        #expect(pace.scheduleStep(of: 7) == 7)
        pace.change(after: 100, reaching: 150, at: 200)
        #expect(pace.scheduleStep(of: 100) == 100 && pace.scheduleStep(of: 125) == 150)
        #expect(pace.scheduleStep(of: 150) == 200)
        pace.change(after: 125, reaching: 225, at: 200)
        #expect(pace.scheduleStep(of: 125) == 150 && pace.scheduleStep(of: 175) == 175)
        #expect(pace.scheduleStep(of: 225) == 200 && pace.sections.count == 2)
    }

    @Test func damagedTimesAreRefused() throws {
        let stage = TimeEstimate.Stage(first: 1, seconds: 1)
        let good = RunTime(scheduleSteps: 10, estimate: TimeEstimate(stages: [stage]))
        try good.check()
        let damages: [(inout TimeEstimate) -> Void] = [
            { $0.stages = [] }, { $0.stages[0].first = .min }, { $0.stages[0].first = .max },
            { $0.stages[0].count = .max }, { $0.stages[0].count = -1 }, { $0.stages[0].seconds = -1 },
            { $0.stages[0].seconds = 1e300 }, { $0.sample = -1e300 }, { $0.checkpoint = 1e300 }, { $0.evaluation = -1 },
        ]
        for damage in damages {
            var time = good
            damage(&time.estimate)
            #expect(throws: (any Error).self) { try time.check() }
        }
    }
}
