import BatchPipeline
import Foundation
import Reporting
import Synchronization

/// Tells of a batch at the terminal: a progress bar, failures as they come, and a summary; or lines of JSON.
final class BatchConsole: Sendable {
    private struct State {
        var bar: ProgressBar?
        /// The film that is worked on, and its own bar.
        var film: (name: String, bar: ProgressBar)?
        var said = 0
        var warned = 0
    }

    private let title: String
    private let settings: BatchSettings
    private let isQuiet: Bool
    private let printsJSON: Bool
    private let console: Console
    private let print: @Sendable (String) -> Void
    private let signal: @Sendable () -> Int32?
    private let state = Mutex(State())

    private static let mostSaid = 50

    /// - Parameters:
    ///   - title: what is done: `upscaling`.
    ///   - isQuiet: says nothing but failures.
    ///   - printsJSON: prints the lines of the report, and a summary after them.
    init(
        _ title: String, _ settings: BatchSettings, isQuiet: Bool, printsJSON: Bool,
        console: Console = .standardError, print: (@Sendable (String) -> Void)? = nil,
        signal: @escaping @Sendable () -> Int32? = { StopRequest.pending }
    ) {
        self.title = title
        self.settings = settings
        self.isQuiet = isQuiet
        self.printsJSON = printsJSON
        self.console = console
        let isTaken = settings.writesToStandardOutput
        self.print = print ?? { StandardOutput.line($0, isTaken: isTaken) }
        self.signal = signal
    }

    /// 0 if all images are done, 1 if something failed, 128 plus the number of the signal that stopped it.
    static func exitCode(of summary: BatchSummary, signal: Int32?) -> Int32 {
        switch summary.stop {
        case .canceled: 128 + (signal ?? SIGINT)
        case .closedPipe: 128 + SIGPIPE
        case .diskFull, nil: summary.isComplete ? 0 : 1
        }
    }

    /// Takes in what happens.
    func tell(_ event: BatchEvent) {
        switch event {
        case .began(let images):
            let isSilent = isQuiet || settings.isDryRun || settings.rank.index > 0
            let bar = ProgressBar(title, total: images, unit: "images", quiet: isSilent, console: console)
            state.withLock { $0.bar = bar }
        case .frames(let film, let done, let total): tellFrames(of: film, done, total)
        case .file(let record):
            endFilm()
            tell(record)
        case .reportFailed(let words): say("Error: \(words); the report ends here; the images continue")
        case .ended(let summary):
            endFilm()
            bar?.finish()
            // Whoever has closed the pipe knows.
            if summary.stop == .closedPipe || signal() == SIGPIPE { return }
            if printsJSON {
                print(summary.line(exitCode: Self.exitCode(of: summary, signal: signal())).text)
            } else if !isQuiet {
                say("\(summary)")
            }
        }
    }

    private var bar: ProgressBar? { state.withLock { $0.bar } }

    private func say(_ words: String) { (state.withLock { $0.film?.bar } ?? bar)?.say(words) }

    private func tellFrames(of film: String, _ done: Int, _ total: Int) {
        let bar = state.withLock { state in
            if let known = state.film, known.name == film { return known.bar }
            // The bar of the batch makes room.
            state.bar?.finish()
            let isSilent = isQuiet || settings.rank.index > 0
            let bar = ProgressBar(
                film, total: total, startingAt: done, unit: "frames", quiet: isSilent, console: console)
            state.film = (film, bar)
            return bar
        }
        bar.update(to: done, of: total)
    }

    private func endFilm() {
        state.withLock { state in
            state.film?.bar.finish()
            state.film = nil
        }
    }

    private func tell(_ record: BatchRecord) {
        if printsJSON { print(record.json) }
        switch record.status {
        case .planned:
            if !printsJSON, !isQuiet { print("\(record.input) -> \(record.outputs.joined(separator: ", "))") }
            return
        case .failed: tellFailure(record.reason ?? record.input)
        case .done where !record.losses.isEmpty && !isQuiet: tellLosses(record)
        case .done, .skipped: break
        }
        if !isQuiet { for note in record.notes { say("Note: \(record.input): \(note)") } }
        if record.isCounted { bar?.advance() }
    }

    private func tellLosses(_ record: BatchRecord) {
        let warned = state.withLock { state in
            state.warned += 1
            return state.warned
        }
        let losses = record.losses.map(\.description).joined(separator: "; ")
        if warned <= Self.mostSaid { say("Warning: \(record.input): left out: \(losses)") }
        if warned == Self.mostSaid {
            let place = settings.report.map { "are in \($0)" } ?? "would be in a --report"
            say("Further warnings are not shown here; they \(place).")
        }
    }

    private func tellFailure(_ words: String) {
        let said = state.withLock { state in
            state.said += 1
            return state.said
        }
        if said <= Self.mostSaid { say("Error: \(words)") }
        if said == Self.mostSaid {
            let place = settings.report.map { "are in \($0)" } ?? "would be in a --report"
            say("Further failures are not shown here; they \(place).")
        }
    }
}
