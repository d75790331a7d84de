import Foundation
import ImageData
import Testing
import Training

/// What a run records of settings and images that change on the way.
@Suite struct ChangedSettingsTests {
    private let folder = TemporaryFolder()

    private func trainer(
        steps: Int, rate: Double = 0.01, data: DataRecord? = nil, replacesData: Bool = false
    ) -> Trainer<LineFittingTask.Settings> {
        var settings = LineFittingTask.Settings()
        (settings.steps, settings.learningRate) = (steps, rate)
        return Trainer(
            LineFittingTask(settings), configuration: settings,
            options: TrainingOptions(steps: steps, sampleEvery: 0, checkpointEvery: 4), folder: folder.run, data: data,
            adjustable: ["steps", "learningRate"], replacesData: replacesData)
    }

    private func record() throws -> RunRecord<LineFittingTask.Settings> { try RunRecord(reading: folder.run) }

    private func changes(of setting: String) throws -> [String] {
        try (record().changes ?? []).filter { $0.setting == setting }.map { "\($0.step): \($0.from) to \($0.to)" }
    }

    @Test func aChangeIsRecordedWithItsFirstStep() throws {
        _ = try trainer(steps: 4).run()
        #expect(try record().changes == nil)
        _ = try trainer(steps: 6, rate: 0.5).run(resuming: true)
        #expect(try changes(of: "learningRate") == ["5: 0.01 to 0.5"])
        _ = try trainer(steps: 8, rate: 0.25).run(resuming: true)
        #expect(try changes(of: "learningRate") == ["5: 0.01 to 0.5", "7: 0.5 to 0.25"])
    }

    @Test func whatChangesBackBeforeAStepIsNotRecorded() throws {
        _ = try trainer(steps: 4).run()
        _ = try trainer(steps: 4, rate: 0.5).run(resuming: true)
        _ = try trainer(steps: 4, rate: 0.25).run(resuming: true)
        #expect(try changes(of: "learningRate") == ["5: 0.01 to 0.25"])
        _ = try trainer(steps: 4).run(resuming: true)
        #expect(try changes(of: "learningRate").isEmpty)
    }

    private func images(_ digest: String) -> DataRecord {
        try! JSONDecoder().decode(
            DataRecord.self,
            from: Data(
                #"{"kind":"flatFolder","classes":[],"channels":[1],"count":3,"digest":"\#(digest)"}"#.utf8))
    }

    @Test func otherImagesAreRefusedWithBothSidesShown() throws {
        _ = try trainer(steps: 4, data: images("a")).run()
        let error = #expect(throws: TrainingError.self) {
            try trainer(steps: 5, data: images("b")).run(resuming: true)
        }
        #expect(error?.description.contains("digest a\n") == true)
        #expect(error?.description.contains("digest b\n") == true)
        _ = try trainer(steps: 5, data: images("b"), replacesData: true).run(resuming: true)
        #expect(try record().data == images("b") && changes(of: "data").count == 1)
        _ = try trainer(steps: 6, data: images("b")).run(resuming: true)
    }

    @Test func aRunOfVersionOneHasNoRecordAndGetsOne() throws {
        _ = try trainer(steps: 4).run()
        #expect(try record().data == nil)
        _ = try trainer(steps: 5, data: images("a")).run(resuming: true)
        #expect(try record().data == images("a"))
    }
}
