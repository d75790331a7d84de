import Foundation
import Training

/// A training that starts or goes on: what all families have in common around their tasks.
public struct TrainingSession {
    let folder: RunFolder
    let resumes: Bool
    let run: RunSettings
    let tell: (TrainingEvent) -> Void
    private let isCanceled: () -> Bool

    /// - Throws: `TrainingError` when the folder holds a run already that is not to be gone on with.
    package init(
        _ folder: String, resumes: Bool, _ run: RunSettings, isCanceled: @escaping () -> Bool,
        telling tell: @escaping (TrainingEvent) -> Void
    ) throws {
        self.folder = RunFolder(folder)
        self.resumes = resumes
        self.run = run
        self.isCanceled = isCanceled
        self.tell = tell
        // Before anything is read.
        if !resumes, self.folder.holdsRun {
            throw TrainingError.runExists(folder: self.folder.path, step: self.folder.checkpointSteps.last ?? 0)
        }
    }

    /// What the run recorded; nil for one that starts.
    ///
    /// - Throws: `TrainingError` when there is no run.
    func recorded<Plan: Codable>(_: Plan.Type) throws -> RunRecord<Plan>? {
        resumes ? try RunRecord<Plan>(reading: folder) : nil
    }

    /// Whether no step has been kept yet, so that weights to start from count.
    var isNew: Bool { folder.checkpointSteps.isEmpty }

    /// What the model is called.
    func name(_ recorded: String?) -> String {
        run.name ?? recorded ?? URL(fileURLWithPath: folder.path).standardizedFileURL.lastPathComponent
    }

    /// Trains to the end.
    ///
    /// - Parameters:
    ///   - plan: what decides the weights.
    ///   - usual: how such a run is kept and watched unless it is said otherwise; its steps are the last ones.
    ///   - adjustable: settings that may change when a run goes on.
    ///   - warnings: what was skipped, asked for at the end.
    func train<Plan: Codable>(
        _ task: any TrainingTask, plan: Plan, recorded: RunRecord<Plan>?, usual: TrainingOptions,
        adjustable: Set<String>, warnings: () -> [String]
    ) throws -> TrainingRun {
        let trainer = Trainer(
            task, configuration: plan, options: run.options(recorded: recorded?.options, usual: usual),
            folder: folder, adjustable: adjustable)
        trainer.isCanceled = isCanceled
        let outcome = Result { try trainer.run(resuming: resumes, on: tell) }
        for warning in warnings() { tell(.skipped(warning)) }
        return TrainingRun(folder: folder, kind: task.kind, outcome: try outcome.get())
    }
}
