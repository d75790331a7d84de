import TensorCore
import Testing
import Training

@Suite struct AlarmTests {
    private func report(loss: Double, real: Double?, fake: Double?) -> StepReport {
        StepReport(losses: [("discriminator", loss), ("generator", 5)], realAccuracy: real, fakeAccuracy: fake)
    }

    /// The step at which the alarm rings when the same figures are seen every ten steps.
    private func ringing(_ report: StepReport, until last: Int = 1000) -> [Alarm] {
        var watch = AlarmWatch()
        return stride(from: 10, through: last, by: 10).compactMap { watch.observe(report, step: $0) }
    }

    @Test func aDiscriminatorThatWinsForLongIsReportedOnce() {
        let alarms = ringing(report(loss: 0.001, real: 1, fake: 0.998))
        #expect(alarms.map(\.step) == [310])
        #expect(alarms[0].cause == .discriminatorWon)
        #expect(alarms[0].words.contains("What to try"))
    }

    @Test func aGoodDiscriminatorIsNoAlarm() {
        #expect(ringing(report(loss: 0.3, real: 1, fake: 1)).isEmpty)
        #expect(ringing(report(loss: 0.01, real: 0.9, fake: 1)).isEmpty)
        #expect(ringing(report(loss: 0.01, real: nil, fake: nil)).isEmpty)
        #expect(ringing(report(loss: 0.001, real: 1, fake: 1), until: 250).isEmpty)
    }

    @Test func aWeakMomentStartsTheCountAnew() {
        var watch = AlarmWatch()
        var alarms: [Int] = []
        for step in stride(from: 10, through: 900, by: 10) {
            let figures = step == 300 ? report(loss: 0.5, real: 0.8, fake: 0.8) : report(loss: 0, real: 1, fake: 1)
            if watch.observe(figures, step: step) != nil { alarms.append(step) }
        }
        #expect(alarms == [610])
    }

    @Test func fallingDiversityIsReportedOnce() {
        var watch = AlarmWatch()
        let levels = [0.1, 0.4, 0.5, 0.45, 0.3, 0.16, 0.1, 0.05]
        let alarms = levels.enumerated().compactMap { step, level in
            watch.observe(diversity: level, reference: nil, step: step)
        }
        #expect(alarms.map(\.step) == [5])
        #expect(alarms[0].words.contains("32 % of what it was"))
    }

    @Test func lowDiversityThatDoesNotRiseIsReported() {
        var watch = AlarmWatch()
        var alarms: [Int] = []
        for (index, level) in [0.02, 0.05, 0.06, 0.05, 0.05].enumerated() {
            if watch.observe(diversity: level, reference: 0.5, step: 200 * (index + 1)) != nil {
                alarms.append(200 * (index + 1))
            }
        }
        #expect(alarms == [800])
    }

    @Test func aResumedWatchRemembers() throws {
        var watch = AlarmWatch()
        for level in [0.4, 0.5, 0.45] { _ = watch.observe(diversity: level, reference: nil, step: 1) }
        let folder = TemporaryFolder()
        let checkpoint = Checkpoint(
            step: 1, state: TrainingState(tensors: ["w": Tensor(1)]), elapsed: 1, images: 8, watch: watch)
        try checkpoint.write(to: folder.path + "/c")
        var read = try Checkpoint(folder: folder.path + "/c").watch
        #expect(read == watch)
        #expect(read.observe(diversity: 0.1, reference: nil, step: 2)?.cause == .generatorCollapsed)
    }

    @Test func whatWasNotMadeIsNotDiverse() throws {
        let sheet = Tensor([0, 5, 9, 0, 7, 1], shape: [6, 1, 1, 1])
        let alike = Tensor([5, 5], shape: [2, 1, 1, 1])
        #expect(Preview(images: sheet, columns: 3, made: alike).diversity == 0)
        #expect(try #require(Preview(images: sheet, columns: 3).diversity) > 1)
    }

    @Test func diversityOfKnownImages() {
        let images = Tensor([0, 0, 1, 1, 1, 1, -1, -1], shape: [4, 1, 1, 2])
        // Distances: 1, 1, 1, 0, 2, 2 over all pairs; 1 and 2 within rows of two.
        #expect(Diversity.measure(images) == 7.0 / 6)
        #expect(Diversity.measure(images, rowLength: 2) == 1.5)
        #expect(Diversity.measure(images, rowLength: 3) == 2.0 / 3)
        #expect(Diversity.measure(Tensor([1, 2], shape: [1, 1, 1, 2])) == nil)
        #expect(Preview(images: images, columns: 2, captions: ["a", "b"]).diversity == 1.5)
    }
}
