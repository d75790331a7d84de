import Atelier
import Reporting

/// Tells of work at the terminal: a progress bar for each part of it, notes and warnings.
final class WorkConsole {
    private let isQuiet: Bool
    private let showsProgress: Bool
    private let console: Console
    private var title = ""
    private var bar: ProgressBar?

    /// - Parameter isQuiet: leaves out notes and bars.
    init(isQuiet: Bool, showsProgress: Bool, console: Console = .standardError) {
        self.isQuiet = isQuiet
        self.showsProgress = showsProgress && !isQuiet
        self.console = console
    }

    /// As was asked for on the command line.
    convenience init(_ output: OutputOptions) { self.init(isQuiet: output.quiet, showsProgress: !output.json) }

    /// Takes in what happens.
    func tell(_ event: WorkEvent) {
        switch event {
        case .progress(let progress): show(progress)
        case .note(let words): if !isQuiet { say("Note: \(words)") }
        case .warning(let words): say("Warning: \(words)")
        case .skipped(let what, let words): say("Skipped \(what): \(words)")
        }
    }

    /// Takes the bar away.
    func finish() {
        bar?.finish()
        bar = nil
    }

    private func show(_ progress: WorkProgress) {
        if bar == nil || title != progress.title {
            finish()
            title = progress.title
            bar = ProgressBar(
                title, total: progress.total, unit: progress.unit, quiet: !showsProgress, console: console)
        }
        bar?.update(to: progress.count)
    }

    private func say(_ words: String) {
        if let bar { bar.say(words) } else { console.line(words) }
    }
}
