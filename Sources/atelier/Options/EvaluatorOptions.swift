import ArgumentParser
import Catalog
import Evaluation
import Foundation
import ImageData
import Models
import TensorCore
import Training

/// The classifier that judges a generator while it learns.
struct EvaluatorOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A classifier (name or folder) that measures the Fréchet distance at each evaluation.", valueName: "model"))
    var classifier: String?

    @Option(help: ArgumentHelp("Images made for an evaluation. [2000]", valueName: "n"))
    var judgeCount: Int?

    func validate() throws {
        if let judgeCount, judgeCount < 10 { throw ValidationError("--judge-count has to be at least 10.") }
    }

    /// What measures a generator against the test images of a set, or the training images when none are kept apart.
    func evaluator(_ data: DataChoice) throws -> ((any ImageGenerator) throws -> [String: Double])? {
        guard let classifier else { return nil }
        let judge = try Model.load(classifier, from: .searched).classifier()
        let count = judgeCount ?? 2000
        let dataset = try data.openTest() ?? data.open()
        let format = judge.image
        let loader = BatchLoader(dataset, size: format.size, channels: format.channels, batch: 100, seed: 0)
        var real: ClassifiedImages?
        return { generator in
            let known =
                try real
                ?? ClassifiedImages(judge) { body in
                    try loader.forEachBatch(limit: max(count, 5000)) { body($0.images, $0.labels) }
                }
            real = known
            let figures = GeneratorEvaluation(
                generated: ClassifiedImages(judge, generator: generator, count: count, firstSeed: 1_000_000),
                real: known, otherReal: nil, classNames: generator.classNames, neighborhoodLimit: 1000)
            var named = [
                "frechet": figures.frechetDistance, "precision": figures.precision, "recall": figures.recall,
            ]
            named["recognized"] = figures.recognized
            return named
        }
    }
}
