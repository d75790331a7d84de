import Foundation
import Training

/// A training that starts or goes on: what all families have in common around their tasks.
public struct TrainingSession {
    let folder: RunFolder
    let resumes: Bool
    let run: RunSettings
    let tell: (WorkEvent) -> Void
    private let voice: TrainingVoice

    /// - Throws: `TrainingError` when the folder holds a run already that is not to be gone on with.
    package init(
        _ folder: String, resumes: Bool, _ run: RunSettings, voice: TrainingVoice = TrainingVoice(),
        telling tell: @escaping (WorkEvent) -> Void
    ) throws {
        self.folder = RunFolder(folder)
        self.resumes = resumes
        self.run = run
        self.voice = voice
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
        var options = run.options(recorded: recorded?.options, usual: usual)
        (options.quiet, options.json) = (voice.quiet, voice.json)
        let trainer = Trainer(
            task, configuration: plan, options: options, folder: folder, adjustable: adjustable,
            resumeCommand: voice.resumeCommand)
        let outcome = Result { try trainer.run(resuming: resumes) }
        for warning in warnings() { tell(.warning(warning)) }
        return TrainingRun(folder: folder, kind: task.kind, outcome: try outcome.get())
    }
}

/// How a training speaks for itself.
package struct TrainingVoice {
    let quiet: Bool
    let json: Bool
    let resumeCommand: String?

    package init(quiet: Bool = true, json: Bool = false, resumeCommand: String? = nil) {
        (self.quiet, self.json, self.resumeCommand) = (quiet, json, resumeCommand)
    }
}
