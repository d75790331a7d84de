import Atelier
import Evaluation
import Foundation
import Testing

/// Do generated images help, and do they repeat others?
@Suite struct QuestionTests {
    private let models: TinyModels
    private let studio: Studio

    /// Shapes with a test part.
    init() throws {
        (models, studio) = (try TinyModels.shared(), try Studio())
        try studio.folder("parts")
        try FileManager.default.moveItem(atPath: studio("shapes"), toPath: studio("parts/train"))
        for (shape, name) in ["disc", "bar"].enumerated() {
            for number in 6..<9 {
                try Studio.image(shape, number).write(to: studio.folder("parts/test/\(name)") + "/\(number).png")
            }
        }
    }

    private func options(_ question: EvaluationOptions.Question) -> EvaluationOptions {
        var options = EvaluationOptions()
        (options.question, options.runs, options.trainingSteps) = (question, 2, 4)
        return options
    }

    private func augmentation(_ subject: String, _ options: EvaluationOptions) throws -> AugmentationEvaluation {
        let report = try EvaluationSubject(subject).measured(on: studio("parts"), options)
        guard case .augmentation(let figures) = report.figures else { throw RequestError("\(report.figures)") }
        return figures
    }

    private func memorization(
        _ subject: String, _ options: EvaluationOptions
    ) throws -> (figures: MemorizationEvaluation, sheet: Image?) {
        let report = try EvaluationSubject(subject).measured(on: studio("parts"), options)
        guard case .memorization(let figures) = report.figures else { throw RequestError("\(report.figures)") }
        return (figures, report.sheet)
    }

    @Test func aModelHelpsAsItsImagesDo() throws {
        var options = options(.augmentation)
        let figures = try augmentation(models.generator, options)
        #expect(figures.realCount == 12 && figures.generatedCount == 12 && figures.testCount == 6)
        #expect(figures.runs == 2 && figures.steps == 4 && figures.classCount == 2 && figures.rows.count == 5)
        (options.perClass, options.firstSeed, options.limitPerClass) = (4, 7, 3)
        let some = try augmentation(models.generator, options)
        #expect(some.realCount == 6 && some.generatedCount == 8)
        // The same images from files, whose folder has more of them.
        var set = try DatasetAugmentation(
            of: studio("parts"), with: Model.load(models.generator), to: studio("set"), perClass: 4)
        set.firstSeed = 7
        try set.run()
        let written = try augmentation(studio("set"), options)
        #expect(written.rows.map(\.accuracies) == some.rows.map(\.accuracies))
    }

    @Test func samplesAreComparedWithWhatWasLearned() throws {
        var options = options(.memorization)
        (options.features, options.sampleCount, options.nearestPairs) = ("imagenet-features", 6, 3)
        options.makesSheet = true
        let (figures, sheet) = try memorization(models.generator, options)
        #expect(figures.sampleCount == 6 && figures.trainingCount == 12 && figures.testCount == 6)
        #expect(figures.features == "imagenet-features" && figures.nearest.count == 3 && sheet != nil)
        #expect(figures.nearest.map(\.distance) == figures.nearest.map(\.distance).sorted())
        let first = figures.nearest[0]
        #expect(first.sample.hasPrefix("seed ") && ["bar", "disc"].contains(first.className))
        #expect(first.training.contains("parts/train/"))
    }

    @Test func copiesAreFound() throws {
        var options = options(.memorization)
        options.features = "imagenet-features"
        let (figures, sheet) = try memorization(studio("parts/train"), options)
        #expect(figures.copied.samples == 1 && figures.nearerThanTest ?? 0 > 0.9 && sheet == nil)
        #expect(figures.nearest.count == 12 && figures.nearest.allSatisfy { $0.distance == 0 })
        #expect(figures.nearest.allSatisfy { $0.sample == $0.training })
    }

    @Test func whatCannotBeAskedIsSaid() throws {
        let generator = try EvaluationSubject(models.generator)
        #expect(throws: EvaluationError.testNeeded(data: studio("twins/trainA"))) {
            try generator.measured(on: studio("twins/trainA"), options(.augmentation))
        }
        #expect(throws: EvaluationError.classifierNeeded) {
            try generator.measured(on: studio("parts"), options(.memorization))
        }
        for question in [EvaluationOptions.Question.augmentation, .memorization] {
            #expect(throws: EvaluationError.noGeneratedImages(name: models.translator)) {
                try EvaluationSubject(models.translator).measured(on: studio("parts"), options(question))
            }
        }
        #expect(throws: RequestError.self) {
            try EvaluationSubject("fashion-gan").measured(on: studio("parts"), options(.augmentation))
        }
        try FileManager.default.moveItem(atPath: studio("parts/test/bar"), toPath: studio("parts/test/rod"))
        let error = #expect(throws: RequestError.self) {
            try generator.measured(on: studio("parts"), options(.augmentation))
        }
        #expect(error?.description.contains("disc, rod") == true)
    }
}
