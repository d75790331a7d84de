import ArgumentParser
import Atelier

/// What measures a generator during training.
struct EvaluatorOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A classifier (name or folder) that recognizes generated images at each evaluation; gray images are "
                + "compared in its features.", valueName: "model"))
    var classifier: String?

    @Option(
        help: ArgumentHelp(
            "The features in which generated images are compared with those of the dataset at each evaluation; “none” "
                + "for the classifier's. [color images: imagenet-features, with --evaluate-every or --classifier]",
            valueName: "model"))
    var features: String?

    @Option(
        name: [.customLong("evaluate-count"), .customLong("judge-count")],
        help: ArgumentHelp("Images generated for an evaluation. [2000]", valueName: "n"))
    var imageCount: Int?

    func validate() throws {
        if let imageCount, imageCount < 10 { throw ValidationError("--evaluate-count must be at least 10.") }
    }

    /// What measures generators, if anything does.
    ///
    /// - Parameter every: steps between evaluations, if that was given.
    func evaluator(every: Int?) -> GeneratorEvaluator? {
        guard classifier != nil || features != nil || (every ?? 0) > 0 else { return nil }
        return GeneratorEvaluator(
            classifier, features: features == "none" ? "" : features, count: imageCount ?? 2000)
    }
}
