import Files
import Foundation
import ImageFiles
import Reporting

/// Tells of a training in all the places where somebody may look: the progress bar, `log.jsonl`, the event file, and
/// JSON lines on the standard output.
final class RunReporter {
    private let bar: ProgressBar
    private let log: TrainingLog
    private let events: EventFile
    private let options: TrainingOptions
    private let output: (String) -> Void
    private var smoothed: [String: Double] = [:]
    private var accuracies: (real: Double, fake: Double)?
    private var lastFlush = 0.0

    init(
        kind: String, folder: RunFolder, startingAt step: Int, options: TrainingOptions, console: Console,
        output: @escaping (String) -> Void
    ) throws {
        self.options = options
        self.output = output
        log = try TrainingLog(folder.log, after: step)
        events = try EventFile(in: folder.path, firstStep: step + 1)
        bar = ProgressBar(
            kind, total: options.steps, startingAt: step, quiet: options.quiet || options.json, console: console)
    }

    /// Seconds since the reporter was made.
    var elapsed: Double { bar.elapsed }

    /// Takes in a step; it is logged when its costly figures were measured.
    func took(_ step: Int, _ report: StepReport, measured: Bool, elapsed: Double, images: Int) throws {
        for (name, value) in report.losses {
            smoothed[name] = smoothed[name].map { $0 * 0.95 + value * 0.05 } ?? value
        }
        if let real = report.realAccuracy, let fake = report.fakeAccuracy { accuracies = (real, fake) }
        bar.update(to: step, note: note(report))
        guard measured else { return }

        var line = JSONLine()
        line.add("step", step)
        line.add("losses", report.losses)
        if let real = report.realAccuracy { line.add("realAccuracy", real) }
        if let fake = report.fakeAccuracy { line.add("fakeAccuracy", fake) }
        line.add("gradientNorms", report.gradientNorms)
        line.add("extra", report.extra)
        line.add("images", images)
        line.add("seconds", (elapsed * 100).rounded() / 100)
        line.add("stepsPerSecond", (bar.rate * 1000).rounded() / 1000)
        try write(line)

        var scalars = report.losses.map { (tag: "loss/" + $0.name, value: $0.value) }
        if let real = report.realAccuracy { scalars.append(("accuracy/real", real)) }
        if let fake = report.fakeAccuracy { scalars.append(("accuracy/fake", fake)) }
        scalars += report.gradientNorms.map { ("gradient norm/" + $0.name, $0.value) }
        scalars += report.extra.map { ("extra/" + $0.name, $0.value) }
        scalars.append(("speed/steps per second", bar.rate))
        try events.add(scalars, step: step)
        if bar.elapsed - lastFlush >= 1 { try flush() }
    }

    private func note(_ report: StepReport) -> String {
        let names = ["discriminator": "D", "generator": "G"]
        var parts = report.losses.map { figure in
            "\(names[figure.name] ?? figure.name) \(String(format: "%.3f", smoothed[figure.name] ?? figure.value))"
        }
        if let accuracies {
            parts.append("real \(Self.percent(accuracies.real)) fake \(Self.percent(accuracies.fake)) recognized")
        }
        return parts.joined(separator: "  ")
    }

    /// Takes in a sample sheet that was written.
    func sampled(
        _ step: Int, path: String, png: [UInt8], sheet: Image, diversity: Double?, reference: Double?
    ) throws {
        try events.add(
            png: png, width: sheet.width, height: sheet.height, channels: sheet.channels, tag: "samples", step: step)
        var line = JSONLine()
        line.add("step", step)
        line.add("samples", "samples/" + URL(fileURLWithPath: path).lastPathComponent)
        var words = "step \(step): \(path)"
        if let diversity {
            line.add("diversity", diversity)
            try events.add([("diversity/generated", diversity)], step: step)
            words += "  diversity \(String(format: "%.3f", diversity))"
            if let reference {
                line.add("realDiversity", reference)
                try events.add([("diversity/real", reference)], step: step)
                words += " (real images \(String(format: "%.3f", reference)))"
            }
        }
        try write(line)
        say(words)
        try flush()
    }

    /// Takes in the figures of an evaluation.
    func evaluated(_ step: Int, _ figures: [String: Double], isBest: Bool) throws {
        let sorted = figures.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        guard !sorted.isEmpty else { return }
        var line = JSONLine()
        line.add("step", step)
        line.add("evaluation", sorted)
        line.add("best", isBest)
        try write(line)
        try events.add(sorted.map { ("evaluation/" + $0.name, $0.value) }, step: step)
        let words = sorted.map { "\($0.name) \(String(format: "%.4g", $0.value))" }.joined(separator: "  ")
        say("step \(step): \(words)\(isBest ? "  (best so far)" : "")")
        try flush()
    }

    /// Takes in an alarm: said even when quiet is asked for.
    func raised(_ alarm: Alarm) throws {
        var line = JSONLine()
        line.add("step", alarm.step)
        line.add("alarm", alarm.cause.rawValue)
        line.add("words", alarm.words)
        try write(line)
        bar.say("Warning, step \(alarm.step): \(alarm.words)")
        try flush()
    }

    /// Says a line above the bar, unless quiet or JSON is asked for.
    func say(_ words: String) {
        guard !options.quiet, !options.json else { return }
        bar.say(words)
    }

    /// Says a line whatever was asked for.
    func insist(_ words: String) { bar.say(words) }

    /// Draws the bar at once with a note on what is being done.
    func busy(_ step: Int, with what: String) { bar.update(to: step, note: what) }

    /// Lets those who read the files along see what was added.
    func flush() throws {
        lastFlush = bar.elapsed
        try log.flush()
        try events.flush()
    }

    func finish() throws {
        bar.finish()
        try flush()
    }

    private func write(_ line: JSONLine) throws {
        try log.add(line)
        if options.json { output(line.text) }
    }

    private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
