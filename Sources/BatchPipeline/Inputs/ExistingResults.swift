import Files
import Foundation
import ImageFiles

/// Looks at results that exist: whether they would still come out as they are.
struct ExistingResults {
    /// The size of a result for an image; nil if nobody has said it.
    let sizing: (@Sendable (ImageHeader) throws -> (width: Int, height: Int))?
    let settings: BatchSettings

    /// The same files, with reasons that say what is different. Only headers are read, several at a time.
    func examined(_ skipped: [SkippedFile]) -> [SkippedFile] {
        let indices = skipped.indices.filter { skipped[$0].reason == .existing && skipped[$0].job != nil }
        let result = Monitor(skipped)
        let next = Monitor(0)
        let running = DispatchGroup()
        for _ in 0..<min(settings.decoders, indices.count) {
            running.enter()
            Thread.detachNewThread {
                defer { running.leave() }
                while true {
                    let turn = next.update { next in
                        defer { next += 1 }
                        return next
                    }
                    guard turn < indices.count else { return }
                    guard let job = skipped[indices[turn]].job else { continue }
                    let reason = reason(job)
                    result.update { $0[indices[turn]].reason = reason }
                }
            }
        }
        running.wait()
        return result.update { $0 }
    }

    private func reason(_ job: ImageJob) -> SkipReason {
        let isStream = job.name == "-"
        if !isStream, let input = FileStatus(job.input) {
            let times = job.outputs.compactMap { FileStatus($0)?.modified }
            if let oldest = times.min(), oldest < input.modified { return .outdated }
        }
        guard sizing != nil || settings.model != nil else { return .existing }
        let wanted = sizing.flatMap { sizing in
            (try? Image.header(of: job.input)).flatMap { try? sizing($0) }
        }
        for output in job.outputs {
            // A file that is no image is none of our results; what was asked for is to leave it.
            guard let result = try? ImageRowReader(output, limits: settings.limits) else { continue }
            if let wanted, (result.width, result.height) != wanted { return .otherSize }
            let models = result.metadata.recordedModels
            if let model = settings.model, !models.isEmpty, !models.contains(model) { return .otherModel }
        }
        return .existing
    }
}

extension ImageMetadata {
    /// The models that the texts name: in a text `Model`, or in a line of a comment `Model: name`.
    fileprivate var recordedModels: [String] {
        text.flatMap { text in
            if text.keyword == "Model" { return [text.value] }
            guard text.keyword == Text.comment else { return [] }
            return text.value.split(separator: "\n").filter { $0.hasPrefix("Model: ") }.map {
                String($0.dropFirst("Model: ".count))
            }
        }
    }
}
