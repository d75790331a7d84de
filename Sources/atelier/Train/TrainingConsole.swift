import Atelier
import Foundation
import Reporting
import Training

extension Alarm.Cause {
    /// What to change on the command line.
    fileprivate var options: String {
        switch self {
        case .discriminatorWon: "--r1, --spectral-norm, --lr-d, --ndf, --augment."
        case .generatorCollapsed: "--lr, --loss, --r1, --batch-size."
        }
    }
}

/// Shows a training to the user: a progress bar with lines above it on standard error, or JSON lines on standard
/// output.
final class TrainingConsole {
    private let kind: String
    private let folder: RunFolder
    private var steps = 0
    private let resumes: Bool
    private let resumeCommand: String
    private let quiet: Bool
    private let json: Bool
    private let console: Console
    private let output: (String) -> Void
    private var bar: ProgressBar?
    private var smoothed: [String: Double] = [:]
    private var accuracies: (real: Double, fake: Double)?
    private var waiting: String?

    /// - Parameters:
    ///   - kind: what is trained.
    ///   - resumes: whether a run is resumed.
    ///   - resumeCommand: the command that continues the run.
    ///   - output: the destination of JSON lines, if requested.
    init(
        _ kind: String, folder: RunFolder, resumes: Bool, resumeCommand: String, quiet: Bool,
        json: Bool, console: Console = .standardError, output: @escaping (String) -> Void = { print($0) }
    ) {
        self.kind = kind
        self.folder = folder
        self.resumes = resumes
        self.resumeCommand = resumeCommand
        self.quiet = quiet
        self.json = json
        self.console = console
        self.output = output
    }

    /// Handles an event.
    func tell(_ event: TrainingEvent) {
        if json, let line = event.line { output(line.text) }
        switch event {
        case .images(let words): say(words)
        case .note(SuperResolution.noPerceptualLoss):
            say("Note: \(SuperResolution.noPerceptualLoss): see --perceptual.")
        case .note(let words): say("Note: \(words)")
        case .fewImages(let few): if !json { insist("Warning: \(few). \(Self.remedies[kind] ?? Self.usualRemedy)") }
        case .changed: if !json { insist("\(event)") }
        case .started(let step, let steps):
            self.steps = steps
            bar = ProgressBar(kind, total: steps, startingAt: step, quiet: quiet || json, console: console)
            if resumes { say("Continuing from step \(step).") }
        case .step(let progress):
            steps = progress.steps
            bar?.update(to: progress.step, of: steps, note: note(progress.report))
        case .sample(let sample): say(words(sample))
        case .evaluating(let step): bar?.update(to: step, note: "evaluating")
        case .evaluation(let evaluation):
            guard !evaluation.figures.isEmpty else { return }
            let figures = evaluation.sorted.map { "\($0.name) \(String(format: "%.4g", $0.value))" }
                .joined(separator: "  ")
            say("step \(evaluation.step): \(figures)\(evaluation.isBest ? "  (best so far)" : "")")
        case .alarm(let alarm):
            insist("Warning, step \(alarm.step): \(alarm.words)\nThe options for that: \(alarm.cause.options)")
        case .warning(let words): insist(words)
        case .skipped(let words): insist("Warning: \(words)")
        case .checkpoint: break
        case .stopped(let step):
            insist("Stopped after step \(step) of \(steps). Everything is saved in \(folder.path).")
            insist("To continue: \(resumeCommand)")
        }
    }

    /// What helps against few images, by kind of model.
    private static let remedies = [
        "gan": generatorRemedy,
        "cgan": generatorRemedy,
        "pix2pix":
            "Start from a trained model (--from NAME), and show them changed: --augment color,translation,cutout.",
        "classifier": "Join small classes (--only leaves others out), or collect more images.",
    ]
    private static let generatorRemedy =
        "--arch fastgan learns from the fewest; other networks need --augment color,translation,cutout. --mirror helps "
        + "if left and right do not matter."
    private static let usualRemedy = "Start from a trained model (--from NAME), or collect more images."

    /// Removes the bar.
    func finish() { bar?.finish() }

    private func note(_ report: StepReport) -> String {
        for (name, value) in report.losses { smoothed[name] = smoothed[name].map { $0 * 0.95 + value * 0.05 } ?? value }
        if let real = report.realAccuracy, let fake = report.fakeAccuracy { accuracies = (real, fake) }
        if let share = report.extra.first(where: { $0.name == "waiting" })?.value,
            let slowest = report.extra.first(where: { $0.name == "slowest-rank" })?.value
        {
            waiting = "ranks wait \(percent(share)), slowest \(Int(slowest))"
        }
        let names = ["discriminator": "D", "generator": "G"]
        var parts = report.losses.map { figure in
            "\(names[figure.name] ?? figure.name) \(String(format: "%.3f", smoothed[figure.name] ?? figure.value))"
        }
        if let accuracies {
            parts.append("real \(percent(accuracies.real)) fake \(percent(accuracies.fake)) recognized")
        }
        return (parts + [waiting].compactMap { $0 }).joined(separator: "  ")
    }

    private func words(_ sample: TrainingSample) -> String {
        var words = "step \(sample.step): \(sample.path)"
        if let diversity = sample.diversity {
            words += "  diversity \(String(format: "%.3f", diversity))"
            if let real = sample.realDiversity { words += " (real images \(String(format: "%.3f", real)))" }
        }
        return words
    }

    /// Prints a line above the bar, except in quiet or JSON mode.
    private func say(_ words: String) { if !quiet, !json { insist(words) } }

    /// Prints a line in every mode.
    private func insist(_ words: String) {
        if let bar { bar.say(words) } else { console.line(words) }
    }
}
