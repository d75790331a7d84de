import Atelier
import Evaluation
import Files
import Foundation

/// Prints what was measured, as words or as JSON.
struct EvaluationPrinter {
    let json: Bool

    func print(_ figures: EvaluationFigures) throws {
        switch figures {
        case .generator(let evaluation): try print(evaluation, evaluation.text)
        case .translator(let evaluation):
            let hint = "\nTo measure distances of the sets, too: --features MODEL, or --classifier MODEL."
            try print(evaluation, evaluation.text + (evaluation.features == nil ? hint : ""))
        case .upscaler(let evaluation): try print(evaluation, evaluation.text)
        case .classifier(let evaluation): print(evaluation)
        case .augmentation(let evaluation): try print(evaluation, evaluation.text)
        case .memorization(let evaluation): try print(evaluation, evaluation.text)
        case .naturalness(let evaluation): print(evaluation)
        }
    }

    private func print(_ evaluation: some Encodable, _ text: String) throws {
        guard json else { return Swift.print(text) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        Swift.print(String(decoding: try encoder.encode(evaluation), as: UTF8.self))
    }

    private func print(_ evaluation: ClassifierEvaluation) {
        if json {
            var line = JSONLine()
            line.add("images", evaluation.images)
            line.add("split", evaluation.split)
            line.add("accuracy", evaluation.accuracy)
            line.add("classes", evaluation.classes)
            return Swift.print(line.text)
        }
        Swift.print(
            String(
                format: "recognized %.2f %% of %@ (%@)", evaluation.accuracy * 100, counted(evaluation.images, "image"),
                evaluation.split))
        let width = evaluation.classes.map(\.name.count).max() ?? 0
        for (name, share) in evaluation.classes {
            let column = name.padding(toLength: width, withPad: " ", startingAt: 0)
            Swift.print(String(format: "  %@  %5.1f %%", column, share * 100))
        }
    }

    private func print(_ evaluation: NaturalnessEvaluation) {
        if json {
            var line = JSONLine()
            line.add("images", evaluation.images.count)
            line.add("niqe", evaluation.mean)
            line.add("files", evaluation.images)
            return Swift.print(line.text)
        }
        let width = max(evaluation.images.map(\.name.count).max() ?? 0, 4)
        for (name, value) in evaluation.images + [("mean", evaluation.mean)] {
            let column = name.padding(toLength: width, withPad: " ", startingAt: 0)
            Swift.print(column, String(format: "%8.4f", value))
        }
    }
}
