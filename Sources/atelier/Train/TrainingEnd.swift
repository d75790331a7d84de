import Atelier
import Files
import Glibc
import Reporting

/// The messages at the end of a training.
enum TrainingEnd {
    /// Prints the outcome of a training; if a signal stopped it, ends the process as that signal would.
    ///
    /// - Parameter next: the arguments of commands that use the model, with `MODEL` for its place.
    static func report(_ run: TrainingRun, next: [String], output: OutputOptions) {
        if !run.outcome.isComplete { exit(128 + (StopRequest.pending ?? SIGINT)) }
        guard !output.quiet, !output.json else { return }
        let model = run.folder.model
        let time = ProgressBar.durationText(run.outcome.elapsed)
        print("Done: \(counted(run.outcome.step, "step")) in \(time). The model is in \(model).")
        let place = RunOptions.quoted(model)
        for (index, arguments) in next.enumerated() {
            print((index == 0 ? "Next: atelier " : "and back: atelier ") + arguments.replacing("MODEL", with: place))
        }
    }
}
