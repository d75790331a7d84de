import Files
import Foundation
import ImageFiles
import Reporting

/// Keeps the books of a batch: counts, the report, the progress bar, and what is said about failures.
final class BatchRecorder: Sendable {
    private struct State {
        var summary = BatchSummary()
        var report: BatchReport?
        var said = 0
    }

    private let settings: BatchSettings
    private let jobs: [ImageJob]
    private let failedBefore: Int
    private let print: @Sendable (String) -> Void
    private let bar: ProgressBar
    private let start = Console.uptime()
    private let state: Monitor<State>

    private static let mostSaid = 50

    /// Notes what the plan has left out already.
    init(
        _ settings: BatchSettings, plan: BatchPlan, console: Console, print: @escaping @Sendable (String) -> Void
    ) throws {
        self.settings = settings
        self.print = print
        jobs = plan.jobs
        failedBefore = plan.failed.count
        let isSilent = settings.isQuiet || settings.isDryRun || settings.rank.index > 0
        bar = ProgressBar(
            settings.title, total: plan.jobs.count, unit: "images", quiet: isSilent, console: console)
        var state = State()
        state.summary.isDryRun = settings.isDryRun
        state.summary.rank = settings.rank
        if !settings.isDryRun { state.report = try settings.report.map { try BatchReport($0) } }
        self.state = Monitor(state)
        for file in plan.skipped {
            var line = JSONLine()
            line.add("input", file.path)
            line.add("status", "skipped")
            line.add("reason", file.reason.rawValue)
            write(line) { $0.skipped[file.reason, default: 0] += 1 }
        }
        for file in plan.failed { fail(file.path, words: "\(file.path): \(file.reason)", outputs: nil, header: nil) }
    }

    /// Notes how long the work took, whether anything came of it or not.
    func computed(_ seconds: Double) { state.update { $0.summary.computeSeconds += seconds } }

    func done(_ image: FinishedImage, bytes: Int, encodeSeconds: Double) {
        let job = image.task.job
        var line = line(for: job.input, status: "done", outputs: job.outputs)
        add(image.task.header, to: &line)
        let sizes = image.results.map(\.size)
        if let size = sizes.first {
            line.add("output_width", size.width)
            line.add("output_height", size.height)
        }
        line.add("input_bytes", job.bytes)
        line.add("output_bytes", bytes)
        line.add("decode_ms", milliseconds(image.decodeSeconds))
        line.add("compute_ms", milliseconds(image.computeSeconds))
        line.add("encode_ms", milliseconds(encodeSeconds))
        if let model = settings.model { line.add("model", model) }
        if let seed = image.results.first?.seed { line.add("seed", seed) }
        if image.task.image?.metadata.isPartial == true || image.results.contains(where: \.isPartial) { line.add("partial", true) }
        write(line) { summary in
            summary.done += 1
            summary.decodeSeconds += image.decodeSeconds
            summary.encodeSeconds += encodeSeconds
            summary.outputPixels += sizes.reduce(0) { $0 + $1.width * $1.height }
        }
        bar.advance()
    }

    func failed(_ job: ImageJob, _ error: any Error, header: ImageHeader?) {
        fail(job.input, words: ErrorWords.of(error, file: job.input), outputs: job.outputs, header: header)
        bar.advance()
    }

    private func fail(_ path: String, words: String, outputs: [String]?, header: ImageHeader?) {
        var line = line(for: path, status: "failed", outputs: outputs)
        if let header { add(header, to: &line) }
        line.add("error", words)
        if let model = settings.model { line.add("model", model) }
        write(line) { $0.failed += 1 }
        let said = state.update { state in
            state.said += 1
            return state.said
        }
        if said <= Self.mostSaid { bar.say("Error: \(words)") }
        if said == Self.mostSaid {
            let place = settings.report.map { "are in \($0)" } ?? "would be in a --report"
            bar.say("Further failures are not shown here; they \(place).")
        }
    }

    /// The summary of a batch that is over.
    func finish(_ stop: BatchStop?) -> BatchSummary {
        let summary = state.update { state in
            state.report = nil
            state.summary.seconds = Console.uptime() - start
            state.summary.unfinished = jobs.count - (state.summary.done + state.summary.failed - failedBefore)
            // What came in time to finish everything has stopped nothing.
            state.summary.stop = state.summary.unfinished > 0 ? stop : nil
            return state.summary
        }
        bar.finish()
        say(summary)
        return summary
    }

    /// Says what would be done.
    func tellPlan() -> BatchSummary {
        for job in jobs where settings.printsJSON || !settings.isQuiet {
            if settings.printsJSON {
                print(line(for: job.input, status: "planned", outputs: job.outputs).text)
            } else {
                print("\(job.input) -> \(job.outputs.joined(separator: ", "))")
            }
        }
        let summary = state.update { state in
            state.summary.unfinished = jobs.count
            return state.summary
        }
        say(summary)
        return summary
    }

    private func say(_ summary: BatchSummary) {
        if settings.printsJSON { print(summary.line.text) } else if !settings.isQuiet { bar.say(summary.text) }
    }

    private func line(for input: String, status: String, outputs: [String]?) -> JSONLine {
        var line = JSONLine()
        line.add("input", input)
        if let outputs, let first = outputs.first {
            if outputs.count > 1 { line.add("outputs", outputs) } else { line.add("output", first) }
        }
        line.add("status", status)
        return line
    }

    private func add(_ header: ImageHeader, to line: inout JSONLine) {
        line.add("width", header.width)
        line.add("height", header.height)
    }

    private func write(_ line: JSONLine, _ count: (inout BatchSummary) -> Void) {
        var line = line
        if settings.rank.count > 1 { line.add("rank", settings.rank.index) }
        let failure: String? = state.update { state in
            count(&state.summary)
            do {
                try state.report?.append(line.text)
                return nil
            } catch {
                state.report = nil
                state.summary.reportFailed = true
                return "\(error)"
            }
        }
        if settings.printsJSON { print(line.text) }
        if let failure { bar.say("Error: \(failure); the report ends here, the images go on") }
    }
}

extension ImageResult {
    fileprivate var size: (width: Int, height: Int) {
        switch content {
        case .image(let image): (image.width, image.height)
        case .written(let width, let height): (width, height)
        }
    }
}
