import Cluster
import Files
import Foundation
import ImageData
import ImageFiles
import Layers
import Memory
import Reporting
import TensorCore

/// The training loop: steps, logs, samples, evaluations, checkpoints, and an end from which training can resume. It
/// writes only to its folder and reports everything as events.
///
///     let trainer = Trainer(task, configuration: settings, options: TrainingOptions(steps: 5000), folder: folder)
///     let outcome = try trainer.run(resuming: false) { event in print(event) }
package final class Trainer<Configuration: CheckedSettings> {
    let task: any TrainingTask
    var record: RunRecord<Configuration>
    let folder: RunFolder
    private let adjustable: Set<String>
    private let replaced: Set<String>
    private let replacesData: Bool

    /// Checked after every step; if true, the training saves and stops. By default, the cancellation of the surrounding
    /// task.
    package var isCanceled: () -> Bool = { Task.isCancelled }
    /// The time that the training shall take from now on; nil for a number of steps, or for what is left of the
    /// recorded time.
    package var request: TimeRequest?
    /// The time in seconds.
    package var now: () -> Double = Console.uptime
    var keeper: TimeKeeper?
    /// The ranks that train together.
    package var ranks = TrainingRanks()

    private var watch = AlarmWatch()
    private var best: Checkpoint.BestFigure?
    private var images = 0
    var earlierSeconds = 0.0
    private var lastGood: String?

    var options: TrainingOptions { record.options }

    /// - Parameters:
    ///   - task: what is trained.
    ///   - configuration: all settings that determine the weights; resuming requires the same ones.
    ///   - options: how long to train, and how often to save, sample and measure.
    ///   - folder: the folder of the run.
    ///   - data: the images; nil if they are not recorded.
    ///   - adjustable: paths of settings, or of groups of settings, that may change when a run is resumed.
    ///   - replaced: settings that change on request, so that the run is no longer bit-exact.
    ///   - replacesData: whether the images may be others than those that the run recorded.
    package init(
        _ task: any TrainingTask, configuration: Configuration, options: TrainingOptions, folder: RunFolder,
        data: DataRecord? = nil, adjustable: Set<String> = [],
        replaced: Set<String> = [], replacesData: Bool = false
    ) {
        self.task = task
        record = RunRecord(kind: task.kind, configuration: configuration, options: options, data: data)
        self.folder = folder
        self.adjustable = adjustable.union(replaced)
        self.replaced = replaced
        self.replacesData = replacesData
    }

    /// Trains until all steps are done or the training is canceled. A canceled training saves everything first.
    ///
    /// - Parameters:
    ///   - resuming: continue from the latest checkpoint, bit for bit as if the training had never stopped.
    ///   - event: called with each event on the training thread.
    /// - Throws: ``TrainingError``, and the errors of the task.
    package func run(
        resuming: Bool = false, on event: @escaping (TrainingEvent) -> Void = { _ in }
    ) throws -> TrainingOutcome {
        if !resuming, folder.holdsRun {
            throw TrainingError.runExists(folder: folder.path, step: folder.checkpointSteps.last ?? 0)
        }
        let changed = resuming ? try changes() : []
        try divide()
        try ranks.meet(about: record)
        try folder.create()
        let lock = try folder.lock()
        defer { withExtendedLifetime(lock) {} }
        let start = try begin(after: resuming && ranks.isFirst ? try restore(event) : 0)
        try keepTime(after: start)
        record.add(changed, at: start + 1)
        try record.write(to: folder)
        let session = try Session(folder, startingAfter: start, now: now, telling: event)
        defer { try? session.log.flush() }
        for change in changed where !change.isAmong(adjustable.subtracting(replaced)) {
            try session.tell(.changed(setting: change.setting, from: change.from, to: change.to, step: start + 1))
        }
        try session.tell(.started(after: start, of: options.steps))
        let outcome = try loop(from: start, session)
        try session.log.flush()
        return outcome
    }

    /// The settings that differ from the recorded ones, and the images if they do. Takes over the recorded changes.
    ///
    /// - Throws: ``TrainingError`` if they must not differ.
    private func changes() throws -> [SettingDifference] {
        let former = try RunRecord<Configuration>(reading: folder)
        record.changes = former.changes
        var differences = try former.differences(from: record)
        let refused = differences.filter { !$0.isAmong(adjustable) }
        guard refused.isEmpty else {
            throw TrainingError.differentConfiguration(
                folder: folder.path, differences: refused.map(\.description))
        }
        if let old = former.data, let new = record.data, old != new {
            guard replacesData else { throw TrainingError.differentData(folder: folder.path, old: old, new: new) }
            differences.append(SettingDifference(setting: "data", from: "\(old)", to: "\(new)"))
        }
        record.data = record.data ?? former.data
        takeTime(of: former)
        return differences
    }

    private func loop(from start: Int, _ session: Session) throws -> TrainingOutcome {
        var step = start
        var meter = RateMeter(count: start, now: session.start)
        while step < options.steps {
            try replan(after: step, session)
            step += 1
            let begun = now()
            let isLast = step == options.steps
            let measuring = isLast || step == 1 || Self.isDue(step, options.logEvery)
            var report = try taken(step, measuring: measuring, startingAfter: start, session)
            images += report.images
            let time = now()
            if measuring { report.extra += ranks.timing(at: time) }
            if let pace = keeper?.time.pace {
                keeper?.time.estimate.note(step: time - begun, scheduleStep: pace.scheduleStep(of: step))
            }
            meter.update(step, now: time)
            try session.tell(
                .step(
                    TrainingProgress(
                        step: step, steps: options.steps, report: report, isMeasured: measuring, images: images,
                        seconds: earlierSeconds + session.elapsed, stepsPerSecond: meter.rate(step, now: time))))
            if let broken = report.losses.first(where: { !$0.value.isFinite }) {
                try ranks.failTogether(diverged(step, "the loss “\(broken.name)”"))
            }
            if let alarm = watch.observe(report, step: step) { try session.tell(.alarm(alarm)) }
            let stops = ranks.communicator.any(isCanceled())
            if isLast || Self.isDue(step, options.sampleEvery) {
                try withoutStopping("the sample sheet", session) {
                    try timed(\.sample) { try sample(step, session) }
                }
            }
            if Self.isDue(step, options.evaluateEvery) || isLast && options.evaluateEvery > 0 {
                try withoutStopping("the evaluation", session) {
                    try timed(\.evaluation) { try evaluate(step, session) }
                }
                try helpToEvaluate()
            }
            if isLast || stops || Self.isDue(step, options.checkpointEvery) {
                try ranks.compare(task.checkpoint(), after: step)
                try timed(\.checkpoint) { try save(step, session) }
            }
            if stops {
                try session.tell(.stopped(after: step))
                return TrainingOutcome(step: step, isComplete: false, elapsed: earlierSeconds + session.elapsed)
            }
        }
        return TrainingOutcome(step: step, isComplete: true, elapsed: earlierSeconds + session.elapsed)
    }

    /// Takes a step. If memory does not suffice for it, saves the state before it, as long as that is whole.
    private func taken(
        _ step: Int, measuring: Bool, startingAfter start: Int, _ session: Session
    ) throws -> StepReport {
        do {
            return try MemoryJob.run { try task.step(step, measuring: measuring) }
        } catch let error as StepOutOfMemory {
            if !error.isHalfDone, step - 1 > start, lastGood != folder.checkpoint(at: step - 1) {
                try withoutStopping("the checkpoint", session) { try save(step - 1, session) }
            }
            let fitting = task.batchSize.flatMap { error.fittingBatch(insteadOf: $0) }
            throw TrainingError.outOfMemory(
                step: step, error.cause, batch: task.batchSize, fitting: fitting, lastGood: lastGood)
        } catch let error as OutOfMemory {
            throw TrainingError.outOfMemory(
                step: step, error, batch: task.batchSize, fitting: nil, lastGood: lastGood)
        }
    }

    /// Does something that the training can do without if there is no memory for it. The first rank does it for all.
    private func withoutStopping(_ what: String, _ session: Session, _ body: () throws -> Void) throws {
        guard ranks.isFirst else { return }
        do { try MemoryJob.run(body) } catch let error where error is OutOfMemory || error is ClusterError {
            try session.tell(.warning("\(what) was left out: \(error)"))
        }
    }

    /// Takes part in an evaluation that the first rank needs the others for. It tells what happens to them.
    private func helpToEvaluate() throws {
        guard !ranks.isFirst, (task as? any SharedEvaluationTask)?.sharesEvaluation == true else { return }
        do { _ = try MemoryJob.run { try task.evaluate() } } catch let error
            where error is OutOfMemory || error is ClusterError
        {
            return
        }
    }

    private static func isDue(_ step: Int, _ interval: Int) -> Bool { interval > 0 && step % interval == 0 }

    private func diverged(_ step: Int, _ what: String) -> TrainingError {
        .diverged(step: step, what: what, lastGood: lastGood)
    }

    /// Restores the latest readable checkpoint and returns its step.
    private func restore(_ event: (TrainingEvent) -> Void) throws -> Int {
        var firstError: (any Error)?
        for step in folder.checkpointSteps.reversed() {
            let path = folder.checkpoint(at: step)
            do {
                let checkpoint = try Checkpoint(folder: path, of: step)
                do { try task.restore(checkpoint.state) } catch {
                    throw TrainingError.checkpoint(path: path, reason: "\(error)")
                }
                watch = checkpoint.watch
                best = checkpoint.best
                images = checkpoint.images
                earlierSeconds = checkpoint.elapsed
                lastGood = path
                return checkpoint.step
            } catch {
                event(.warning("\(error)"))
                firstError = firstError ?? error
            }
        }
        if let firstError { throw firstError }
        return 0
    }

    private func sample(_ step: Int, _ session: Session) throws {
        guard let preview = try task.preview() else { return }
        try MemoryJob.check()
        let sheet = SampleSheet.make(
            images: preview.images, columns: preview.columns, padding: 2, labels: preview.captions)
        let png = try sheet.encoded(as: .png())
        let path = folder.sample(at: step)
        try AtomicFile.write(png, to: path)
        let (diversity, reference) = (preview.diversity, preview.referenceDiversity)
        try session.tell(
            .sample(
                TrainingSample(
                    step: step, path: path, image: sheet, diversity: diversity,
                    realDiversity: diversity == nil ? nil : reference, png: png)))
        if let diversity, let alarm = watch.observe(diversity: diversity, reference: reference, step: step) {
            try session.tell(.alarm(alarm))
        }
    }

    private func evaluate(_ step: Int, _ session: Session) throws {
        try session.tell(.evaluating(step: step))
        let figures = try task.evaluate()
        var isBest = false
        if let metric = options.bestMetric, let value = figures[metric], value.isFinite {
            // The figure of another metric says nothing.
            let former = best.flatMap { $0.metric == metric ? $0.value : nil }
            isBest = former.map { options.lowerIsBetter ? value < $0 : value > $0 } ?? true
            if isBest {
                best = Checkpoint.BestFigure(metric: metric, value: value, step: step)
                try AtomicFolder.write(folder.best) { try task.export(to: $0, after: step) }
            }
        }
        try session.tell(.evaluation(TrainingEvaluation(step: step, figures: figures, isBest: isBest)))
    }

    private func save(_ step: Int, _ session: Session) throws {
        guard ranks.isFirst else { return }
        let checkpoint = Checkpoint(
            step: step, state: task.checkpoint(), elapsed: earlierSeconds + session.elapsed, images: images,
            watch: watch, best: best)
        if let keeper {
            record.time = keeper.time
            try record.write(to: folder)
        }
        if let name = checkpoint.firstBroken { throw diverged(step, "the weight “\(name)”") }
        try session.log.flush()
        // Writes the model before the checkpoint: if the process is killed in between, the run repeats these steps. In
        // the opposite order, the last model would be lost.
        try AtomicFolder.write(folder.model) { try task.export(to: $0, after: step) }
        let path = folder.checkpoint(at: step)
        try checkpoint.write(to: path)
        lastGood = path
        folder.prune(keeping: options.keep, upTo: step)
        try session.tell(.checkpoint(step: step, folder: path))
    }
}
