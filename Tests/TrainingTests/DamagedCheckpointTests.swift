import Files
import Foundation
import TensorCore
import Testing
import Training

/// A damaged checkpoint is named, and the training goes on from the one before it.
@Suite struct DamagedCheckpointTests {
    private let folder = TemporaryFolder()

    private func trainer(_ steps: Int) -> Trainer<LineFittingTask.Settings> {
        var settings = LineFittingTask.Settings()
        settings.steps = steps
        return Trainer(
            LineFittingTask(settings), configuration: settings,
            options: TrainingOptions(steps: steps, sampleEvery: 0, checkpointEvery: 4, keep: 2), folder: folder.run,
            adjustable: ["steps"])
    }

    /// Resumes a run whose last checkpoint, of step 8, was damaged.
    private func expectStepBefore(_ what: String) throws {
        var warnings: [String] = []
        var start: Int?
        let outcome = try trainer(9).run(resuming: true) { event in
            if case .warning(let words) = event { warnings.append(words) }
            if case .started(let step, _) = event { start = step }
        }
        #expect(start == 4 && outcome.step == 9 && outcome.isComplete, "\(what): \(warnings)")
        #expect(warnings.count == 1 && warnings[0].contains("checkpoints/step-000008"), "\(what): \(warnings)")
    }

    private func trained() throws -> String {
        _ = try trainer(8).run()
        return folder.run.checkpoint(at: 8)
    }

    @Test(arguments: [
        #""step": 9223372036854775807"#, #""step": -1"#, #""step": 0"#, #""step": 7"#, #""step": 8.5"#,
        #""images": 9223372036854775807"#, #""images": -9223372036854775808"#, #""elapsed": 1e308"#,
        #""elapsed": -1"#, #""optimizer.step": -1e308"#, #""optimizer.step": 1e308"#, #""optimizer.step": 0.5"#,
        #""stepsTaken": -1"#, #""tensors": 0"#, #""checksum": 1"#, #""previews": 9223372036854775807"#,
        #""winningMeasurements": 9223372036854775807"#, #""winningMeasurements": -1"#,
    ])
    func numbersThatNoTrainingWritesAreRefused(_ member: String) throws {
        let record = try trained() + "/" + Checkpoint.recordName
        let name = try #require(member.split(separator: ":").first)
        let text = try String(contentsOfFile: record, encoding: .utf8)
        let damaged = text.replacing(try Regex(name + #" : [^,\n]*"#), with: member)
        #expect(damaged != text)
        try damaged.write(toFile: record, atomically: true, encoding: .utf8)
        try expectStepBefore(member)
    }

    @Test(arguments: [
        #""winningSince": -9223372036854775808"#, #""winningSince": 9"#, #""highestDiversity": -1e300"#,
        #""highestDiversity": 1e300"#,
    ])
    func numbersOfTheAlarmsAreChecked(_ member: String) throws {
        let record = try trained() + "/" + Checkpoint.recordName
        let text = try String(contentsOfFile: record, encoding: .utf8)
        let damaged = text.replacing("\"watch\" : {", with: "\"watch\" : { \(member),")
        #expect(damaged != text)
        try damaged.write(toFile: record, atomically: true, encoding: .utf8)
        try expectStepBefore(member)
    }

    @Test func anyChangedByteOfTheTensorsIsNoticed() throws {
        let path = try trained() + "/" + Checkpoint.tensorsName
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for place in stride(from: 9, to: bytes.count, by: bytes.count / 24) {
            var damaged = bytes
            damaged[place] ^= 4
            try damaged.write(to: URL(fileURLWithPath: path))
            #expect(throws: TrainingError.self, "byte \(place)") {
                try Checkpoint(folder: folder.run.checkpoint(at: 8), of: 8)
            }
        }
        try expectStepBefore("a byte")
    }

    /// Records of version 0.1 have no checksum; what is not a number is noticed all the same.
    @Test func aTensorThatIsNotANumberIsRefused() throws {
        let state = TrainingState(tensors: ["good": Tensor(1), "bad": Tensor([1, .nan], shape: [2])])
        try Checkpoint(step: 1, state: state, elapsed: 0, images: 0, watch: AlarmWatch()).write(to: folder.path + "/c")
        let error = #expect(throws: TrainingError.self) { try Checkpoint(folder: folder.path + "/c") }
        #expect(error?.description.contains("bad") == true)
    }

    @Test func aCheckpointUnderAnotherNameIsRefused() throws {
        let path = try trained()
        try FileManager.default.copyItem(atPath: path, toPath: folder.run.checkpoint(at: 4_000_000_000))
        #expect(folder.run.checkpointSteps == [4, 8, 4_000_000_000])
        var warnings: [String] = []
        let outcome = try trainer(10).run(resuming: true) { event in
            if case .warning(let words) = event { warnings.append(words) }
        }
        #expect(outcome.step == 10 && warnings.count == 1 && warnings[0].contains("step-4000000000"))
    }

    @Test(arguments: ["step--8", "step-+8", "step-8", "step-000000", "step-99999999999999999999"])
    func folderNamesOfNoStepAreLeftAlone(_ name: String) throws {
        let path = try trained()
        try FileManager.default.copyItem(atPath: path, toPath: folder.run.checkpoints + "/" + name)
        #expect(folder.run.checkpointSteps == [4, 8])
    }

    /// Otherwise the damaged checkpoint would count as the latest, and the good one would be removed.
    @Test func aDamagedCheckpointDoesNotTakeThePlaceOfAGoodOne() throws {
        let path = try trained()
        try Data("{}".utf8).write(to: URL(fileURLWithPath: path + "/" + Checkpoint.recordName))
        var settings = LineFittingTask.Settings()
        settings.steps = 6
        _ = try Trainer(
            LineFittingTask(settings), configuration: settings,
            options: TrainingOptions(steps: 6, sampleEvery: 0, checkpointEvery: 1, keep: 1), folder: folder.run,
            adjustable: ["steps"]
        ).run(resuming: true)
        #expect(folder.run.checkpointSteps == [6, 8])
        var start: Int?
        _ = try trainer(7).run(resuming: true) { if case .started(let step, _) = $0 { start = step } }
        #expect(start == 6)
    }

    @Test func aRunWithoutAGoodCheckpointIsRefusedByName() throws {
        _ = try trained()
        for step in [4, 8] {
            try Data("[1]".utf8).write(
                to: URL(fileURLWithPath: folder.run.checkpoint(at: step) + "/" + Checkpoint.recordName))
        }
        let error = #expect(throws: TrainingError.self) { try trainer(9).run(resuming: true) }
        #expect(error?.description.contains("step-000008") == true)
    }

    @Test(arguments: [
        #"{"software":"x","kind":"line","configuration":{"seed":1,"learningRate":1,"steps":-1},"options":{}}"#,
        #"{"software":"x""#, "", "[]", "\u{0}\u{0}", #"{"software":"x","kind":"line","configuration":{"seed":-1}}"#,
    ])
    func aDamagedConfigurationIsRefusedByName(_ text: String) throws {
        _ = try trained()
        try text.write(toFile: folder.run.configuration, atomically: true, encoding: .utf8)
        let error = #expect(throws: TrainingError.self) { try trainer(9).run(resuming: true) }
        #expect(error?.description.contains("config.json") == true)
    }
}
