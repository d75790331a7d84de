import Atelier
import Foundation
import Testing

/// Measuring through the library.
@Suite struct LibraryEvaluationTests {
    private let models: TinyModels

    init() throws { models = try TinyModels.shared() }

    @Test func modelsAreMeasuredByTheirKind() throws {
        let translator = try EvaluationSubject(models.translator)
        #expect(translator.kind == .translator)
        var options = EvaluationOptions()
        options.makesSheet = true
        var counts: [Int] = []
        let report = try translator.measured(on: models.studio("twins"), options) { event in
            if case .progress(let progress) = event { counts.append(progress.count) }
        }
        guard case .translator(let figures) = report.figures else {
            Issue.record("\(report.figures)")
            return
        }
        #expect(figures.pairs == 6 && report.sheet != nil && counts == Array(0...6))
        let upscaler = try EvaluationSubject(models.upscaler).measured(on: models.studio("photos"))
        guard case .upscaler(let rows) = upscaler.figures else {
            Issue.record("\(upscaler.figures)")
            return
        }
        #expect(rows.images == 6 && rows.rows.count == 3 && upscaler.sheet == nil)
    }

    @Test func whatIsMissingIsSaid() throws {
        let generator = try EvaluationSubject(models.generator)
        #expect(generator.kind == .generator)
        #expect(throws: EvaluationError.classifierNeeded) { try generator.measured(on: models.studio("shapes")) }
        #expect(throws: EvaluationError.dataNeeded) { try generator.measured(on: nil) }
        #expect(throws: RequestError.self) { try EvaluationSubject("nobody-has-this") }
        #expect(try EvaluationSubject(models.studio("shapes")).kind == .images)
        #expect(try EvaluationSubject(models.studio("shapes"), hasClassifier: true).kind == .generatedImages)
    }
}
