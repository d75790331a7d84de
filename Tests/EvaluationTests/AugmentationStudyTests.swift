import Evaluation
import Foundation
import ImageData
import ImageFiles
import Models
import TensorCore
import Testing

/// Whether generated images help: the figures, and the trainings behind them.
@Suite struct AugmentationStudyTests {
    private static let classes = ["dark", "bright"]

    private func row(_ set: AugmentationEvaluation.TrainingSet, _ accuracies: [Double]) -> AugmentationEvaluation.Row {
        AugmentationEvaluation.Row(set, images: 20, accuracies: accuracies)
    }

    private func evaluation(_ rows: [AugmentationEvaluation.Row], runs: Int) -> AugmentationEvaluation {
        AugmentationEvaluation(
            model: "these", realCount: 20, generatedCount: 1, testCount: 300, classCount: 2, runs: runs, steps: 40,
            rows: rows)
    }

    /// The deviations are those of `statistics.stdev` of Python.
    @Test func meansAndDeviationsAreThoseOfTheSample() {
        let some = row(.real, [0.7, 0.8, 0.75, 0.65])
        #expect(abs(some.mean - 0.725) < 1e-12 && abs(some.deviation - 0.06454972243679027) < 1e-12)
        let one = row(.both, [0.5])
        #expect(one.mean == 0.5 && one.deviation == 0)
    }

    @Test func gainsHaveTheStandardErrorOfADifference() throws {
        let figures = evaluation(
            [
                row(.real, [0.7, 0.8, 0.75, 0.65]), row(.generated, [0.5, 0.5, 0.5, 0.5]),
                row(.both, [0.8, 0.9, 0.85, 0.75]), row(.realAugmented, [0.9, 0.9, 0.9, 0.9]),
                row(.bothAugmented, [0.8, 0.8, 0.8, 0.8]),
            ], runs: 4)
        let gain = try #require(figures.gain(augmented: false))
        // √(2 · 0.0645497² / 4)
        #expect(abs(gain.value - 0.1) < 1e-12 && abs(gain.standardError - 0.04564354645876384) < 1e-12)
        let beside = try #require(figures.gain(augmented: true))
        #expect(abs(beside.value + 0.1) < 1e-12 && beside.standardError == 0)
        #expect(evaluation([row(.real, [1])], runs: 1).gain(augmented: false) == nil)
    }

    @Test func theTableNamesEverySet() {
        let rows = AugmentationEvaluation.TrainingSet.allCases.map { row($0, [0.5, 0.625]) }
        let lines = evaluation(rows, runs: 2).text.split(separator: "\n")
        #expect(lines[0] == "20 real images and 1 image of these in 2 classes, tested on 300 other real images")
        #expect(lines[1] == "2 trainings of 40 steps on each set")
        #expect(lines[2] == "real                             20 images   56.25 ± 8.84 %")
        #expect(lines[6] == "real + generated, augmented      20 images   56.25 ± 8.84 %")
        #expect(lines[7] == "Generated images add +0.00 ± 8.84 points (standard error).")
        #expect(lines[8] == "Beside ordinary augmentation, they add +0.00 ± 8.84 points (standard error).")
        #expect(evaluation([row(.real, [0.5])], runs: 1).text.split(separator: "\n").count == 3)
    }

    @Test func stepsFollowTheNumberOfImages() {
        #expect(AugmentationStudy.usualSteps(realCount: 500, batchSize: 64) == 469)
        #expect(AugmentationStudy.usualSteps(realCount: 20, batchSize: 64) == 300)
        #expect(AugmentationStudy.usualSteps(realCount: 50_000, batchSize: 64) == 3000)
    }

    /// Flat images, dark or bright, with some noise. `flipped` exchanges the labels.
    private func set(_ seed: UInt64, count: Int, flipped: Bool = false) -> HeldDataset {
        let random = Random(seed: seed)
        let labels = random.integers(count, in: 0..<2)
        let images = labels.map { label -> Image in
            let noise = random.integers(256, in: 0..<60)
            return Image(width: 16, height: 16, channels: 1, samples8: noise.map { UInt8($0 + 130 * label) })
        }
        return HeldDataset(
            images, labels: flipped ? labels.map { 1 - $0 } : labels, classNames: Self.classes, path: "made")
    }

    private func study(steps: Int) -> AugmentationStudy {
        var study = AugmentationStudy(
            image: ImageShape(size: 16, channels: 1), classNames: Self.classes, realCount: 20)
        (study.configuration.width, study.configuration.featureSize) = (4, 8)
        study.configuration.learningRate = 1e-2
        (study.configuration.batchSize, study.configuration.steps, study.runs) = (10, steps, 2)
        return study
    }

    @Test func eachSetIsLearnedFrom() throws {
        var counts: [Int] = []
        let study = study(steps: 40)
        let figures = try study.evaluate(
            real: set(1, count: 20), generated: set(2, count: 30, flipped: true), test: set(3, count: 60),
            model: "flipped"
        ) { counts.append($0) }
        #expect(counts == Array(1...study.totalSteps) && study.totalSteps == 400)
        #expect(figures.rows.map(\.images) == [20, 30, 50, 20, 50] && figures.testCount == 60)
        #expect(figures.rows.allSatisfy { $0.accuracies.count == 2 })
        // Images with exchanged labels teach the opposite, and most of the images of both sets are such.
        #expect(figures.rows[0].mean > 0.9 && figures.rows[1].mean < 0.1 && figures.rows[2].mean < 0.7)
        #expect(figures.gain(augmented: false)!.value < -0.3)
    }

    @Test func theSameSeedsGiveTheSameFigures() throws {
        let (real, generated, test) = (set(1, count: 20), set(2, count: 20), set(3, count: 40))
        let first = try study(steps: 3).evaluate(real: real, generated: generated, test: test, model: "a")
        #expect(try study(steps: 3).evaluate(real: real, generated: generated, test: test, model: "a") == first)
        // A set of the same images is the same training.
        let same = try study(steps: 3).evaluate(real: real, generated: real, test: test, model: "a")
        #expect(same.rows[0].accuracies == same.rows[1].accuracies)
    }
}
