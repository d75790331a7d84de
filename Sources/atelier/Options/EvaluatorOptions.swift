import ArgumentParser
import Atelier

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

    /// What measures generators, if anything does.
    var evaluator: GeneratorEvaluator? { classifier.map { GeneratorEvaluator($0, count: judgeCount ?? 2000) } }
}
