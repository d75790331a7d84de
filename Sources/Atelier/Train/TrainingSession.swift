import Foundation
import ImageData
import Training

/// A training that starts or goes on: what all families have in common around their tasks.
public struct TrainingSession {
    let folder: RunFolder
    let resumes: Bool
    let run: RunSettings
    /// The ranks that train together.
    let ranks: TrainingRanks
    private(set) var tell: (TrainingEvent) -> Void
    private let isCanceled: () -> Bool
    /// When the session began, in seconds since the system started.
    private let start = ProcessInfo.processInfo.systemUptime
    /// Measures what is trained instead of training it.
    private var measurement: SpeedMeasurement?
    /// The time that the training shall take.
    private var request: TimeRequest?
    /// The number of steps that fits into the hours that are asked for; nil for a run that goes on, whose schedules are
    /// known, and without hours.
    private(set) var chosenSteps: Int?
    /// What is saved so that enough steps fit.
    private(set) var economy = Economy.none

    /// - Throws: `TrainingError` when the folder holds a run already that is not to be gone on with.
    package init(
        _ folder: String, resumes: Bool, _ run: RunSettings, ranks: TrainingRanks = TrainingRanks(),
        isCanceled: @escaping () -> Bool, telling tell: @escaping (TrainingEvent) -> Void
    ) throws {
        self.folder = RunFolder(folder)
        self.resumes = resumes
        self.run = run
        self.ranks = ranks
        self.isCanceled = isCanceled
        self.tell = tell
        // Before anything is read.
        if !resumes, self.folder.holdsRun {
            throw TrainingError.runExists(folder: self.folder.path, step: self.folder.checkpointSteps.last ?? 0)
        }
    }

    /// The time in seconds: that of the first rank, so that all ranks decide alike. They must have met.
    var clock: () -> Double { { [ranks] in ranks.first(ProcessInfo.processInfo.systemUptime) } }

    /// Whether the training is only measured: nothing may be written to its folder.
    var isMeasuring: Bool { measurement != nil }

    /// The session of a cheaper training.
    func saving(by economy: Economy) -> TrainingSession {
        var session = self
        session.economy = economy
        return session
    }

    /// The session in which a training is measured.
    func measuring(with measurement: SpeedMeasurement) -> TrainingSession {
        var session = self
        session.measurement = measurement
        session.tell = { _ in }
        return session
    }

    /// The session of a training that was measured and shall take some hours; tells which steps fit.
    func keeping(_ hours: Double, _ measurement: SpeedMeasurement) -> TrainingSession {
        guard let estimate = measurement.estimate else { return self }
        var session = self
        let deadline = start + hours * 3600
        session.request = TimeRequest(deadline: deadline, estimate: estimate)
        let steps = measurement.steps(in: ranks.first(deadline - ProcessInfo.processInfo.systemUptime))
        if !resumes { session.chosenSteps = steps }
        tell(.note(SpeedWords.fitting(steps, in: hours, measurement, isMore: resumes)))
        if let words = economy.words { tell(.note(words)) }
        if !resumes, steps < 200 { tell(.note(SpeedWords.few)) }
        return session
    }

    /// Refuses a number of steps beside hours.
    ///
    /// - Parameter isChanged: whether a number of steps was asked for.
    func refuseSteps(_ isChanged: Bool) throws(TrainingRequestError) {
        if run.hours != nil, isChanged { throw .stepsAndHours }
    }

    /// What the run recorded, with the changes that were asked for; nil for one that starts.
    ///
    /// - Throws: `TrainingError` when there is no run, ``TrainingRequestError`` when a run that starts shall change.
    func recorded<Plan: CheckedSettings>(_: Plan.Type) throws -> RunRecord<Plan>? {
        guard resumes else {
            guard run.changes.isEmpty else { throw TrainingRequestError.changeOfNewRun }
            return nil
        }
        var record = try RunRecord<Plan>(reading: folder)
        for change in run.changes { record.configuration.apply(change) }
        return record
    }

    /// Whether a run that goes on takes other images.
    var replacesData: Bool { run.changes.contains(.data) }

    /// Refuses images that are not those of the run.
    ///
    /// - Throws: `TrainingError.differentData`.
    func check(_ data: DataRecord, against recorded: DataRecord?) throws {
        guard let recorded, recorded != data, !replacesData else { return }
        throw TrainingError.differentData(folder: folder.path, old: recorded, new: data)
    }

    /// Whether no step has been kept yet, so that weights to start from count.
    var isNew: Bool { folder.checkpointSteps.isEmpty }

    /// What the model is called.
    func name(_ recorded: String?) -> String {
        run.name ?? recorded ?? URL(fileURLWithPath: folder.path).standardizedFileURL.lastPathComponent
    }

    /// The settings that the requested changes concern.
    private func changedSettings<Plan: CheckedSettings>(_ recorded: RunRecord<Plan>?) throws -> Set<String> {
        guard let recorded else { return [] }
        return Set(try RunRecord<Plan>(reading: folder).differences(from: recorded).map(\.setting))
    }

    /// Refuses settings with which no training is possible.
    ///
    /// - Throws: ``TrainingRequestError``.
    func check(_ plan: some CheckedSettings) throws(TrainingRequestError) {
        do { try plan.check() } catch { throw .impossibleSetting(error.description) }
    }

    /// Trains to the end.
    ///
    /// - Parameters:
    ///   - plan: what decides the weights.
    ///   - data: the images.
    ///   - usual: how such a run is kept and watched unless it is said otherwise; its steps are the last ones.
    ///   - adjustable: settings that may change when a run goes on.
    ///   - warnings: what was skipped, asked for at the end.
    func train<Plan: CheckedSettings>(
        _ task: any TrainingTask, plan: Plan, data: DataRecord, recorded: RunRecord<Plan>?, usual: TrainingOptions,
        adjustable: Set<String>, warnings: () -> [String]
    ) throws -> TrainingRun {
        let options = run.options(recorded: recorded?.options, usual: usual)
        let trainer = Trainer(
            task, configuration: plan, options: options,
            folder: folder, data: data, adjustable: adjustable, replaced: try changedSettings(recorded),
            replacesData: replacesData)
        trainer.isCanceled = isCanceled
        trainer.ranks = ranks
        if let measurement {
            try trainer.measure(by: measurement)
            return TrainingRun(
                folder: folder, kind: task.kind, outcome: TrainingOutcome(step: 0, isComplete: false, elapsed: 0))
        }
        trainer.request = request
        let outcome = Result { try trainer.run(resuming: resumes, on: tell) }
        for warning in warnings() { tell(.skipped(warning)) }
        return TrainingRun(folder: folder, kind: task.kind, outcome: try outcome.get())
    }
}
