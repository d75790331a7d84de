import Files
import Foundation
import ImageData
import ImageFiles
import Layers
import Reporting
import TensorCore

/// How a training ended.
public struct TrainingOutcome: Sendable, Equatable {
    /// The last step taken.
    public let step: Int
    /// The signal that asked to stop; nil when all steps were taken.
    public let signal: Int32?
    /// Seconds of training, over all sessions.
    public let elapsed: Double
}

/// The order of things in a training: steps, watching, samples, evaluations, checkpoints, and an end that can be
/// resumed from.
///
///     let trainer = Trainer(task, configuration: settings, options: TrainingOptions(steps: 5000), folder: folder)
///     let outcome = try trainer.run(resuming: false)
public final class Trainer<Configuration: Codable> {
    private let task: any TrainingTask
    private let record: RunRecord<Configuration>
    private let folder: RunFolder
    private let console: Console
    private let output: (String) -> Void
    private let resumeCommand: String?
    private let adjustable: Set<String>

    private var watch = AlarmWatch()
    private var best: Checkpoint.BestFigure?
    private var images = 0
    private var earlierSeconds = 0.0
    private var lastGood: String?

    private var options: TrainingOptions { record.options }

    /// - Parameters:
    ///   - configuration: every setting that decides the weights; a run is resumed only with the same.
    ///   - adjustable: paths of settings, or of groups of them, that may nevertheless change when a run is resumed.
    ///   - resumeCommand: what to type to go on, told when the training is stopped.
    ///   - output: where JSON lines go when they are asked for.
    public init(
        _ task: any TrainingTask, configuration: Configuration, options: TrainingOptions, folder: RunFolder,
        adjustable: Set<String> = [], resumeCommand: String? = nil, console: Console = .standardError,
        output: @escaping (String) -> Void = { print($0) }
    ) {
        self.task = task
        record = RunRecord(kind: task.kind, configuration: configuration, options: options)
        self.folder = folder
        self.adjustable = adjustable
        self.resumeCommand = resumeCommand
        self.console = console
        self.output = output
    }

    /// Trains until all steps are taken or a signal asks to stop.
    ///
    /// - Parameter resuming: goes on from the latest checkpoint, bit for bit as if the training had never stopped.
    /// - Throws: ``TrainingError``, and what the task throws.
    public func run(resuming: Bool) throws -> TrainingOutcome {
        if !resuming, folder.holdsRun {
            throw TrainingError.runExists(folder: folder.path, step: folder.checkpointSteps.last ?? 0)
        }
        if resuming {
            let differences = try RunRecord<Configuration>(reading: folder)
                .differences(from: record, except: adjustable)
            guard differences.isEmpty else {
                throw TrainingError.differentConfiguration(folder: folder.path, differences: differences)
            }
        }
        try folder.create()
        let lock = try folder.lock()
        defer { withExtendedLifetime(lock) {} }
        let start = resuming ? try restore() : 0
        try record.write(to: folder)
        let reporter = try RunReporter(
            kind: task.kind, folder: folder, startingAt: start, options: options, console: console, output: output)
        if resuming { reporter.say("Going on from step \(start).") }
        StopRequest.listen()
        defer { StopRequest.stopListening() }
        do {
            let outcome = try loop(from: start, reporter)
            try reporter.finish()
            return outcome
        } catch {
            try? reporter.finish()
            throw error
        }
    }

    private func loop(from start: Int, _ reporter: RunReporter) throws -> TrainingOutcome {
        var step = start
        while step < options.steps {
            step += 1
            let isLast = step == options.steps
            let measuring = isLast || step == 1 || Self.isDue(step, options.logEvery)
            let report = try task.step(step, measuring: measuring)
            images += report.images
            let elapsed = earlierSeconds + reporter.elapsed
            try reporter.took(step, report, measured: measuring, elapsed: elapsed, images: images)
            if let broken = report.losses.first(where: { !$0.value.isFinite }) {
                throw diverged(step, "the loss “\(broken.name)”")
            }
            if let alarm = watch.observe(report, step: step) { try reporter.raised(alarm) }
            let signal = StopRequest.pending
            if isLast || Self.isDue(step, options.sampleEvery) { try sample(step, reporter) }
            if Self.isDue(step, options.evaluateEvery) || isLast && options.evaluateEvery > 0 {
                try evaluate(step, reporter)
            }
            if isLast || signal != nil || Self.isDue(step, options.checkpointEvery) {
                try save(step, elapsed: earlierSeconds + reporter.elapsed, reporter)
            }
            if let signal {
                reporter.insist(
                    "Stopped after step \(step) of \(options.steps). Everything is saved in \(folder.path).")
                if let resumeCommand { reporter.insist("To go on: \(resumeCommand)") }
                return TrainingOutcome(step: step, signal: signal, elapsed: earlierSeconds + reporter.elapsed)
            }
        }
        return TrainingOutcome(step: step, signal: nil, elapsed: earlierSeconds + reporter.elapsed)
    }

    private static func isDue(_ step: Int, _ interval: Int) -> Bool { interval > 0 && step % interval == 0 }

    private func diverged(_ step: Int, _ what: String) -> TrainingError {
        .diverged(step: step, what: what, lastGood: lastGood)
    }

    /// Takes over the latest checkpoint that can be read, and says at which step it was written.
    private func restore() throws -> Int {
        var firstError: (any Error)?
        for step in folder.checkpointSteps.reversed() {
            let path = folder.checkpoint(at: step)
            do {
                let checkpoint = try Checkpoint(folder: path)
                try task.restore(checkpoint.state)
                watch = checkpoint.watch
                best = checkpoint.best
                images = checkpoint.images
                earlierSeconds = checkpoint.elapsed
                lastGood = path
                return checkpoint.step
            } catch {
                console.line("\(error)")
                firstError = firstError ?? error
            }
        }
        if let firstError { throw firstError }
        return 0
    }

    private func sample(_ step: Int, _ reporter: RunReporter) throws {
        guard let preview = try task.preview() else { return }
        let sheet = SampleSheet.make(
            images: preview.images, columns: preview.columns, padding: 2, labels: preview.captions)
        let png = try sheet.encoded(as: .png())
        let path = folder.sample(at: step)
        try AtomicFile.write(png, to: path)
        let (diversity, reference) = (preview.diversity, preview.referenceDiversity)
        try reporter.sampled(
            step, path: path, png: png, sheet: sheet, diversity: diversity, reference: reference)
        if let diversity, let alarm = watch.observe(diversity: diversity, reference: reference, step: step) {
            try reporter.raised(alarm)
        }
    }

    private func evaluate(_ step: Int, _ reporter: RunReporter) throws {
        reporter.busy(step, with: "evaluating")
        let figures = try task.evaluate()
        var isBest = false
        if let metric = options.bestMetric, let value = figures[metric], value.isFinite {
            isBest = best.map { options.lowerIsBetter ? value < $0.value : value > $0.value } ?? true
            if isBest {
                best = Checkpoint.BestFigure(metric: metric, value: value, step: step)
                try AtomicFolder.write(folder.best) { try task.export(to: $0) }
            }
        }
        try reporter.evaluated(step, figures, isBest: isBest)
    }

    private func save(_ step: Int, elapsed: Double, _ reporter: RunReporter) throws {
        let checkpoint = Checkpoint(
            step: step, state: task.checkpoint(), elapsed: elapsed, images: images, watch: watch, best: best)
        if let name = checkpoint.firstBroken { throw diverged(step, "the weight “\(name)”") }
        try reporter.flush()
        // The model first: killed in between, the run goes on before it. The other way round the last model would be lost.
        try AtomicFolder.write(folder.model) { try task.export(to: $0) }
        let path = folder.checkpoint(at: step)
        try checkpoint.write(to: path)
        lastGood = path
        folder.prune(keeping: options.keep)
    }
}
