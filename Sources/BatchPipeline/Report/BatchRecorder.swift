import Files
import Foundation
import ImageFiles
import Reporting

/// Keeps the books of a batch: counts, the report, and what is told while it is worked on.
final class BatchRecorder: Sendable {
    private struct State {
        var summary = BatchSummary()
        var report: BatchReport?
    }

    private let settings: BatchSettings
    private let jobs: [ImageJob]
    private let failedBefore: Int
    private let tell: @Sendable (BatchEvent) -> Void
    private let start = Console.uptime()
    private let state: Monitor<State>

    /// Records what the plan left out.
    ///
    /// - Parameter skipped: the files of the plan that are left out, for which reasons.
    init(
        _ settings: BatchSettings, plan: BatchPlan, skipped: [SkippedFile],
        tell: @escaping @Sendable (BatchEvent) -> Void
    ) throws {
        self.settings = settings
        self.tell = tell
        jobs = plan.jobs
        failedBefore = plan.failed.count
        var state = State()
        state.summary.isDryRun = settings.isDryRun
        state.summary.rank = settings.rank
        state.summary.names = settings.names
        if !settings.isDryRun { state.report = try settings.report.map { try BatchReport($0, settings.names) } }
        self.state = Monitor(state)
        tell(.began(images: jobs.count))
        for file in skipped {
            var line = line(for: file.path, .skipped, outputs: [])
            line.add("reason", file.reason.rawValue)
            record(file.path, .skipped, reason: file.reason.rawValue, line) { $0.skipped[file.reason, default: 0] += 1 }
        }
        for file in plan.failed { fail(file.path, words: "\(file.path): \(file.reason)", job: nil, header: nil) }
    }

    /// Records the time of the work, successful or not.
    func computed(_ seconds: Double) { state.update { $0.summary.computeSeconds += seconds } }

    func done(_ image: FinishedImage, bytes: Int, losses: [ImageLoss], encodeSeconds: Double) {
        let job = image.task.job
        var line = line(for: job.name, .done, outputs: job.outputs)
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
        let isPartial =
            image.task.image?.metadata.isPartial == true || image.results.contains(where: \.isPartial)
        if isPartial { line.add("partial", true) }
        if !losses.isEmpty { line.add("lost", losses.map(\.description)) }
        record(job.name, .done, outputs: job.outputs, losses: losses, line, isCounted: true) { summary in
            summary.count(job, in: settings)
            for kind in Set(losses.map(\.kind)) { summary.lost[kind, default: 0] += 1 }
            summary.decodeSeconds += image.decodeSeconds
            summary.encodeSeconds += encodeSeconds
            summary.outputPixels += sizes.reduce(0) { $0 + $1.width * $1.height }
        }
    }

    func done(_ job: ImageJob, _ film: FilmResult, seconds: Double) {
        let bytes = FileStatus(job.outputs[0])?.bytes ?? 0
        var line = line(for: job.name, .done, outputs: job.outputs)
        line.add("width", film.size.width)
        line.add("height", film.size.height)
        line.add("output_width", film.resultSize.width)
        line.add("output_height", film.resultSize.height)
        line.add("frames", film.frames)
        if film.framesBefore > 0 { line.add("frames_before", film.framesBefore) }
        line.add("input_bytes", job.bytes)
        line.add("output_bytes", bytes)
        line.add("compute_ms", milliseconds(seconds))
        if let model = settings.model { line.add("model", model) }
        if !film.notes.isEmpty { line.add("notes", film.notes) }
        record(job.name, .done, outputs: job.outputs, notes: film.notes, line, isCounted: true) { summary in
            summary.count(job, in: settings)
            summary.frames += film.frames
            summary.outputPixels += film.frames * film.resultSize.width * film.resultSize.height
        }
    }

    /// - Parameter parts: the folder of what is finished of a film.
    func failed(_ job: ImageJob, _ error: any Error, header: ImageHeader?, parts: String? = nil) {
        var words = ErrorWords.of(error, job, settings.names)
        if let parts { words += "; finished parts stay in \(parts), and the same command goes on after them" }
        fail(job.name, words: words, job: job, header: header)
    }

    /// A film was stopped; finished parts of it stay in the folder.
    func canceled(parts: String?) { state.update { $0.summary.parts = parts } }

    private func fail(_ path: String, words: String, job: ImageJob?, header: ImageHeader?) {
        let outputs = job?.outputs ?? []
        var line = line(for: path, .failed, outputs: outputs)
        if let header { add(header, to: &line) }
        line.add("error", words)
        if let model = settings.model { line.add("model", model) }
        record(path, .failed, reason: words, outputs: outputs, line, isCounted: job != nil) { $0.failed += 1 }
    }

    /// The summary of a batch that is over.
    func finish(_ stop: BatchStop?) -> BatchSummary {
        let summary = state.update { state in
            state.report = nil
            state.summary.seconds = Console.uptime() - start
            state.summary.unfinished = jobs.count - (state.summary.done + state.summary.failed - failedBefore)
            // A stop request after the last image has no effect.
            state.summary.stop = state.summary.unfinished > 0 ? stop : nil
            return state.summary
        }
        tell(.ended(summary))
        return summary
    }

    /// Tells what would be done.
    func tellPlan() -> BatchSummary {
        for job in jobs {
            let line = line(for: job.name, .planned, outputs: job.outputs)
            tell(
                .file(
                    BatchRecord(
                        input: job.name, outputs: job.outputs, status: .planned, reason: nil, losses: [],
                        notes: [], json: line.text, isCounted: true)))
        }
        let summary = state.update { state in
            state.summary.unfinished = jobs.count
            return state.summary
        }
        tell(.ended(summary))
        return summary
    }

    private func line(for input: String, _ status: BatchRecord.Status, outputs: [String]) -> JSONLine {
        var line = JSONLine()
        line.add("input", input)
        if let first = outputs.first {
            if outputs.count > 1 { line.add("outputs", outputs) } else { line.add("output", first) }
        }
        line.add("status", status.rawValue)
        return line
    }

    private func add(_ header: ImageHeader, to line: inout JSONLine) {
        line.add("width", header.width)
        line.add("height", header.height)
    }

    private func record(
        _ input: String, _ status: BatchRecord.Status, reason: String? = nil, outputs: [String] = [],
        losses: [ImageLoss] = [], notes: [String] = [], _ line: JSONLine, isCounted: Bool = false,
        _ count: (inout BatchSummary) -> Void
    ) {
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
        tell(
            .file(
                BatchRecord(
                    input: input, outputs: outputs, status: status, reason: reason, losses: losses,
                    notes: notes, json: line.text, isCounted: isCounted)))
        if let failure { tell(.reportFailed(failure)) }
    }
}

extension BatchSummary {
    /// Counts an image or a film that is done.
    fileprivate mutating func count(_ job: ImageJob, in settings: BatchSettings) {
        done += 1
        results = done == 1 && job.outputs.count == 1 ? job.outputs[0] : trimmed(settings.output)
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
