import ArgumentParser
import Atelier

/// The classifier that measures a generator during training.
struct EvaluatorOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A classifier (name or folder) that measures the generator at each evaluation.", valueName: "model"))
    var classifier: String?

    @Option(
        name: .customLong("judge-count"),
        help: ArgumentHelp("Images generated for an evaluation. [2000]", valueName: "n"))
    var imageCount: Int?

    func validate() throws {
        if let imageCount, imageCount < 10 { throw ValidationError("--judge-count must be at least 10.") }
    }

    /// What measures generators, if anything does.
    var evaluator: GeneratorEvaluator? { classifier.map { GeneratorEvaluator($0, count: imageCount ?? 2000) } }
}
