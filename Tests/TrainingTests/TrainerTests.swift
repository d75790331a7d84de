import Foundation
import TensorCore
import TestSupport
import Testing
import Training

@Suite struct TrainerTests {
    private let folder = TemporaryFolder()

    private func trainer(
        _ task: LineFittingTask, options: TrainingOptions? = nil, folder: RunFolder? = nil
    ) -> Trainer<LineFittingTask.Settings> {
        let options =
            options
            ?? TrainingOptions(steps: task.settings.steps, sampleEvery: 0, checkpointEvery: 4, logEvery: 1)
        return Trainer(
            task, configuration: task.settings, options: options, folder: folder ?? self.folder.run,
            adjustable: ["steps"])
    }

    private func logSteps(_ folder: RunFolder) throws -> [Int] {
        try String(contentsOfFile: folder.log, encoding: .utf8).split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return try #require(object?["step"] as? Int)
        }
    }

    @Test(arguments: [1, 3, 4, 5, 8, 11, 12])
    func aRunThatWasCutOffGoesOnBitForBit(at step: Int) throws {
        let whole = LineFittingTask()
        _ = try trainer(whole, folder: RunFolder(folder.path + "/whole")).run(resuming: false)

        let cut = LineFittingTask()
        cut.plugPulledAt = step
        #expect(throws: LineFittingTask.PulledPlug.self) { try trainer(cut).run(resuming: false) }
        let resumed = LineFittingTask()
        let outcome = try trainer(resumed).run(resuming: true)

        #expect(outcome.step == 12)
        #expect(resumed.bits == whole.bits)
        #expect(try logSteps(folder.run) == Array(1...12))
        #expect(
            FileManager.default.contents(atPath: folder.run.checkpoint(at: 12) + "/state.safetensors")
                == FileManager.default.contents(
                    atPath: folder.path + "/whole/checkpoints/step-000012/state.safetensors"))
    }

    @Test func aLineThatWasCutOffInTheLogIsTakenAway() throws {
        let cut = LineFittingTask()
        cut.plugPulledAt = 7
        #expect(throws: LineFittingTask.PulledPlug.self) { try trainer(cut).run(resuming: false) }
        let handle = try #require(FileHandle(forWritingAtPath: folder.run.log))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("{\"step\":7,\"los".utf8))
        _ = try trainer(LineFittingTask()).run(resuming: true)
        #expect(try logSteps(folder.run) == Array(1...12))
    }

    @Test func onlyTheLatestCheckpointsAreKept() throws {
        let task = LineFittingTask()
        let options = TrainingOptions(steps: 11, sampleEvery: 0, checkpointEvery: 2, keep: 3)
        _ = try trainer(task, options: options).run(resuming: false)
        #expect(folder.run.checkpointSteps == [8, 10, 11])
        #expect(try String(contentsOfFile: folder.run.model + "/config.json", encoding: .utf8) == "11")
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.run.path)
        #expect(left.allSatisfy { !$0.hasPrefix(".partial") })
    }

    @Test func aDamagedCheckpointIsPassedOver() throws {
        _ = try trainer(LineFittingTask()).run(resuming: false)
        let newest = folder.run.checkpoint(at: 12) + "/state.safetensors"
        let bytes = try #require(FileManager.default.contents(atPath: newest))
        try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: newest))
        let resumed = LineFittingTask()
        _ = try trainer(resumed).run(resuming: true)
        let whole = LineFittingTask()
        _ = try trainer(whole, folder: RunFolder(folder.path + "/whole")).run(resuming: false)
        #expect(resumed.bits == whole.bits)
    }

    @Test func aRunIsNotOverwritten() throws {
        _ = try trainer(LineFittingTask()).run(resuming: false)
        #expect(throws: TrainingError.runExists(folder: folder.run.path, step: 12)) {
            try trainer(LineFittingTask()).run(resuming: false)
        }
    }

    @Test func whatWasNeverStartedCannotBeResumed() {
        #expect(throws: TrainingError.noRun(folder: folder.run.path)) {
            try trainer(LineFittingTask()).run(resuming: true)
        }
    }

    @Test func otherSettingsAreNamed() throws {
        _ = try trainer(LineFittingTask()).run(resuming: false)
        let other = LineFittingTask(LineFittingTask.Settings(seed: 2, learningRate: 0.02, steps: 20))
        let expected = ["learningRate: 0.01 in the run, 0.02 now", "seed: 1 in the run, 2 now"]
        #expect(throws: TrainingError.differentConfiguration(folder: folder.run.path, differences: expected)) {
            try trainer(other).run(resuming: true)
        }
    }

    @Test func moreStepsCanBeAsked() throws {
        let settings = LineFittingTask.Settings(steps: 17)
        let whole = LineFittingTask(settings)
        _ = try trainer(whole, folder: RunFolder(folder.path + "/whole")).run(resuming: false)
        _ = try trainer(LineFittingTask()).run(resuming: false)
        let longer = LineFittingTask(settings)
        #expect(try trainer(longer).run(resuming: true).step == 17)
        #expect(longer.bits == whole.bits)
    }

    @Test func twoTrainingsDoNotShareAFolder() throws {
        try folder.run.create()
        let lock = try folder.run.lock()
        #expect(throws: TrainingError.self) { try trainer(LineFittingTask()).run(resuming: false) }
        withExtendedLifetime(lock) {}
    }

    @Test func lossesThatAreNoNumbersEndTheTraining() throws {
        let task = LineFittingTask()
        task.brokenAt = 7
        let error = #expect(throws: TrainingError.self) { try trainer(task).run(resuming: false) }
        #expect(
            error == .diverged(step: 7, what: "the loss “fit”", lastGood: folder.run.checkpoint(at: 4)))
        #expect(error?.description.contains("What to try") == true)
        #expect(folder.run.checkpointSteps == [4])
    }

    @Test func theBestModelIsKept() throws {
        let task = LineFittingTask()
        task.figures = { ["frechet": [4: 3.0, 8: 1.0, 12: 2.0][$0] ?? 9] }
        let options = TrainingOptions(
            steps: 12, sampleEvery: 0, checkpointEvery: 4, evaluateEvery: 4, bestMetric: "frechet")
        _ = try trainer(task, options: options).run(resuming: false)
        #expect(try String(contentsOfFile: folder.run.best + "/config.json", encoding: .utf8) == "8")
    }

    @Test func theBestFigureOfAnotherMetricDoesNotCount() throws {
        for (metric, value, steps) in [("frechet", 0.5, 4), ("kernel", 2.0, 8), ("kernel", 3.0, 12)] {
            let task = LineFittingTask()
            task.figures = { _ in [metric: value] }
            let options = TrainingOptions(
                steps: steps, sampleEvery: 0, checkpointEvery: 4, evaluateEvery: 4, bestMetric: metric)
            _ = try trainer(task, options: options).run(resuming: steps > 4)
        }
        #expect(try String(contentsOfFile: folder.run.best + "/config.json", encoding: .utf8) == "8")
    }

    @Test func samplesAndTheirDiversityAreWritten() throws {
        let task = LineFittingTask()
        task.images = { Random(seed: UInt64($0)).uniform([4, 1, 8, 8], in: -1..<1) }
        let options = TrainingOptions(steps: 5, sampleEvery: 2, checkpointEvery: 0)
        _ = try trainer(task, options: options).run(resuming: false)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.run.samples).sorted()
        #expect(names == ["step-000002.png", "step-000004.png", "step-000005.png"])
        let log = try String(contentsOfFile: folder.run.log, encoding: .utf8)
        #expect(log.contains("\"samples\":\"samples/step-000004.png\",\"diversity\":0.79"))
    }

    @Test func aCollapseIsSaidOnceAndLogged() throws {
        let task = LineFittingTask()
        task.images = { step in
            Random(seed: 3).uniform([4, 1, 8, 8], in: -1..<1) * (step < 6 ? 1 : 0.01)
        }
        var alarms: [Alarm] = []
        let options = TrainingOptions(steps: 12, sampleEvery: 1, checkpointEvery: 5)
        _ = try trainer(task, options: options).run(resuming: false) { event in
            if case .alarm(let alarm) = event { alarms.append(alarm) }
        }
        #expect(alarms.map(\.cause) == [.generatorCollapsed])
        #expect(alarms.first?.words.hasPrefix("The generator has collapsed") == true)
        let log = try String(contentsOfFile: folder.run.log, encoding: .utf8)
        #expect(log.contains("{\"step\":6,\"alarm\":\"generator-collapsed\""))
    }

    @Test func eventsHaveTheLinesOfTheLog() throws {
        var lines: [String] = []
        let options = TrainingOptions(steps: 3, sampleEvery: 0, checkpointEvery: 0, logEvery: 1)
        _ = try trainer(LineFittingTask(), options: options).run(resuming: false) { event in
            if let line = event.line { lines.append(line.text) }
        }
        #expect(lines.count == 3)
        #expect(lines[2].hasPrefix("{\"step\":3,\"losses\":{\"fit\":"))
        #expect(try String(contentsOfFile: folder.run.log, encoding: .utf8) == lines.joined(separator: "\n") + "\n")
    }

    @Test func whatHappensIsTold() throws {
        let task = LineFittingTask()
        task.images = { Random(seed: UInt64($0)).uniform([4, 1, 8, 8], in: -1..<1) }
        task.figures = { ["frechet": Double($0)] }
        let options = TrainingOptions(
            steps: 3, sampleEvery: 2, checkpointEvery: 2, evaluateEvery: 3, bestMetric: "frechet")
        var told: [String] = []
        _ = try trainer(task, options: options).run(resuming: false) { event in
            switch event {
            case .started(let step, _): told.append("started \(step)")
            case .step(let progress): told.append("step \(progress.step) of \(progress.steps)")
            case .sample(let sample): told.append("sample \(sample.step)")
            case .evaluating(let step): told.append("evaluating \(step)")
            case .evaluation(let found): told.append("evaluation \(found.step) \(found.isBest)")
            case .checkpoint(let step, _): told.append("checkpoint \(step)")
            case .images, .note, .fewImages, .changed, .alarm, .warning, .skipped, .stopped: told.append("\(event)")
            }
        }
        #expect(
            told == [
                "started 0", "step 1 of 3", "step 2 of 3", "sample 2", "checkpoint 2", "step 3 of 3", "sample 3",
                "evaluating 3", "evaluation 3 true", "checkpoint 3",
            ])
    }

    /// Whoever cancels loses nothing, and signals are nobody's business here.
    @Test func aCanceledTrainingSavesAndGoesOnBitForBit() throws {
        var step = 0
        var stopped: [Int] = []
        let handler = signal(SIGINT, SIG_DFL)
        let first = LineFittingTask()
        let trainer = trainer(first)
        trainer.isCanceled = { step == 5 }
        let outcome = try trainer.run(resuming: false) { event in
            if case .step(let progress) = event { step = progress.step }
            if case .stopped(let step) = event { stopped.append(step) }
            let now = signal(SIGINT, SIG_DFL)
            #expect(unsafeBitCast(now, to: Int.self) == unsafeBitCast(SIG_DFL, to: Int.self))
        }
        signal(SIGINT, handler)
        #expect(outcome.step == 5 && !outcome.isComplete && stopped == [5])
        #expect(folder.run.checkpointSteps == [4, 5])
        let (whole, resumed) = (LineFittingTask(), LineFittingTask())
        _ = try self.trainer(whole, folder: RunFolder(folder.path + "/whole")).run(resuming: false)
        #expect(try self.trainer(resumed).run(resuming: true).isComplete)
        #expect(resumed.bits == whole.bits)
    }

    @Test func cancelingTheTaskStopsTheTraining() async throws {
        let task = Task { [path = folder.path] in
            withUnsafeCurrentTask { $0?.cancel() }
            let line = LineFittingTask()
            return try Trainer(
                line, configuration: line.settings, options: TrainingOptions(steps: 12),
                folder: RunFolder(path + "/run")
            ).run(resuming: false)
        }
        let outcome = try await task.value
        #expect(outcome.step == 1 && !outcome.isComplete)
    }

    @Test func aRecordThatIsNotUnderstoodNamesItsMaker() throws {
        try folder.run.create()
        try #"{"software": "atelier 0.0.9", "kind": "line"}"#
            .write(toFile: folder.run.configuration, atomically: true, encoding: .utf8)
        let error = #expect(throws: TrainingError.self) { try trainer(LineFittingTask()).run(resuming: true) }
        #expect(error?.description.contains("atelier 0.0.9, which can go on with it") == true)
    }
}
