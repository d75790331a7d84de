import Atelier
import Files
import Glibc
import Reporting

/// The messages at the end of a training.
enum TrainingEnd {
    /// Prints the outcome of a training; if a signal stopped it, ends the process as that signal would.
    ///
    /// - Parameters:
    ///   - joined: the ranks that have trained it.
    ///   - next: the arguments of commands that use the model, with `MODEL` for its place.
    static func report(_ run: TrainingRun, _ joined: JoinedRanks, next: [String], output: OutputOptions) {
        joined.leave()
        // The signal may have reached another rank.
        let signal = joined.ranks.areSeveral ? SIGINT : StopRequest.pending ?? SIGINT
        if !run.outcome.isComplete { exit(128 + signal) }
        guard joined.ranks.isFirst, !output.quiet, !output.json else { return }
        let model = run.folder.model
        let time = ProgressBar.durationText(run.outcome.elapsed)
        print("Done: \(counted(run.outcome.step, "step")) in \(time). The model is in \(model).")
        let place = RunOptions.quoted(model)
        for (index, arguments) in next.enumerated() {
            print((index == 0 ? "Next: atelier " : "and back: atelier ") + arguments.replacing("MODEL", with: place))
        }
    }
}
