import Files
import Foundation
import ImageFiles
import Reporting

/// Writes the events of a training to `log.jsonl` and to an event file for TensorBoard.
final class RunLog {
    private let log: TrainingLog
    private let events: EventFile
    private let now: () -> Double
    private var lastFlush: Double

    /// - Parameter step: the step after which the training starts; removes later steps from the log.
    init(in folder: RunFolder, startingAfter step: Int, now: @escaping () -> Double) throws {
        log = try TrainingLog(folder.log, after: step)
        events = try EventFile(in: folder.path, firstStep: step + 1)
        self.now = now
        lastFlush = now()
    }

    /// Handles an event.
    func write(_ event: TrainingEvent) throws {
        guard let line = event.line else { return }
        if case .sample(let sample) = event {
            let image = sample.image
            try events.add(
                png: sample.png, width: image.width, height: image.height, channels: image.channels, tag: "samples",
                step: sample.step)
        }
        try log.add(line)
        try events.add(event.scalars, step: event.loggedStep)
        if case .step = event, now() - lastFlush < 1 { return }
        try flush()
    }

    /// Flushes the files, so that readers see the new entries.
    func flush() throws {
        lastFlush = now()
        try log.flush()
        try events.flush()
    }
}

extension TrainingEvent {
    /// The event as a line of `log.jsonl`; nil for those that are not logged.
    package var line: JSONLine? {
        switch self {
        case .step(let progress): progress.isMeasured ? progress.line : nil
        case .sample(let sample): sample.line
        case .evaluation(let evaluation): evaluation.figures.isEmpty ? nil : evaluation.line
        case .alarm(let alarm): alarm.line
        case .fewImages(let few): few.line
        case .changed(let setting, let from, let to, let step): Self.line(setting, from, to, step)
        case .images, .note, .started, .evaluating, .checkpoint, .warning, .skipped, .stopped: nil
        }
    }

    private static func line(_ setting: String, _ from: String, _ to: String, _ step: Int) -> JSONLine {
        var line = JSONLine()
        line.add("step", step)
        line.add("changed", setting)
        line.add("from", from)
        line.add("to", to)
        return line
    }

    fileprivate var loggedStep: Int {
        switch self {
        case .step(let progress): progress.step
        case .sample(let sample): sample.step
        case .evaluation(let evaluation): evaluation.step
        case .alarm(let alarm): alarm.step
        case .started(let step, _), .evaluating(let step), .checkpoint(let step, _), .stopped(let step): step
        case .changed(_, _, _, let step): step
        case .images, .note, .fewImages, .warning, .skipped: 0
        }
    }

    /// The scalars for TensorBoard.
    fileprivate var scalars: [(tag: String, value: Double)] {
        switch self {
        case .step(let progress): progress.scalars
        case .sample(let sample):
            [("diversity/generated", sample.diversity), ("diversity/real", sample.realDiversity)]
                .compactMap { tag, value in value.map { (tag, $0) } }
        case .evaluation(let evaluation): evaluation.sorted.map { ("evaluation/" + $0.name, $0.value) }
        default: []
        }
    }
}

extension TrainingProgress {
    fileprivate var line: JSONLine {
        var line = JSONLine()
        line.add("step", step)
        line.add("losses", report.losses)
        if let real = report.realAccuracy { line.add("realAccuracy", real) }
        if let fake = report.fakeAccuracy { line.add("fakeAccuracy", fake) }
        line.add("gradientNorms", report.gradientNorms)
        line.add("extra", report.extra)
        line.add("images", images)
        line.add("seconds", (seconds * 100).rounded() / 100)
        line.add("stepsPerSecond", (stepsPerSecond * 1000).rounded() / 1000)
        return line
    }

    fileprivate var scalars: [(tag: String, value: Double)] {
        var scalars = report.losses.map { (tag: "loss/" + $0.name, value: $0.value) }
        if let real = report.realAccuracy { scalars.append(("accuracy/real", real)) }
        if let fake = report.fakeAccuracy { scalars.append(("accuracy/fake", fake)) }
        scalars += report.gradientNorms.map { ("gradient norm/" + $0.name, $0.value) }
        scalars += report.extra.map { ("extra/" + $0.name, $0.value) }
        scalars.append(("speed/steps per second", stepsPerSecond))
        return scalars
    }
}

extension TrainingSample {
    fileprivate var line: JSONLine {
        var line = JSONLine()
        line.add("step", step)
        line.add("samples", "samples/" + URL(fileURLWithPath: path).lastPathComponent)
        if let diversity { line.add("diversity", diversity) }
        if let realDiversity { line.add("realDiversity", realDiversity) }
        return line
    }
}

extension TrainingEvaluation {
    /// The figures in the order of their names.
    package var sorted: [(name: String, value: Double)] {
        figures.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    }

    fileprivate var line: JSONLine {
        var line = JSONLine()
        line.add("step", step)
        line.add("evaluation", sorted)
        line.add("best", isBest)
        return line
    }
}

extension Alarm {
    fileprivate var line: JSONLine {
        var line = JSONLine()
        line.add("step", step)
        line.add("alarm", cause.rawValue)
        line.add("words", words)
        return line
    }
}

extension FewImages {
    fileprivate var line: JSONLine {
        var line = JSONLine()
        line.add("step", 0)
        line.add("alarm", "few-images")
        line.add("words", description)
        return line
    }
}
