import Atelier
import Files
import Glibc
import Reporting

/// The messages at the end of a training.
enum TrainingEnd {
    /// Prints the outcome of a training; if a signal stopped it, ends the process as that signal would.
    static func report(_ run: TrainingRun, output: OutputOptions) {
        if !run.outcome.isComplete { exit(128 + (StopRequest.pending ?? SIGINT)) }
        guard !output.quiet, !output.json else { return }
        let model = run.folder.model
        let time = ProgressBar.durationText(run.outcome.elapsed)
        print("Done: \(counted(run.outcome.step, "step")) in \(time). The model is in \(model).")
        switch run.kind {
        case "gan":
            print("Next: atelier generate --model \(model) --count 16 --grid sheet.png")
        case "cgan":
            print("Next: atelier generate --model \(model) --all-classes --count 8 --grid sheet.png")
        case "pix2pix":
            print("Next: atelier translate IMAGES -o out/ --model \(model)")
        case "cyclegan":
            print("Next: atelier translate IMAGES -o out/ --model \(model)")
            print("and back: atelier translate IMAGES -o out/ --model \(model) --direction BtoA")
        case "sr":
            print("Next: atelier upscale IMAGES -o out/ --model \(model)")
        default:
            print("Next: atelier evaluate MODEL --classifier \(model) --data DIR")
        }
    }
}
