import Cluster
import Files
import Foundation
import ImageFiles
import Reporting

/// The outcome of this process's part of a batch.
public struct BatchSummary: Sendable, CustomStringConvertible {
    /// Images whose results are written.
    public internal(set) var done = 0
    /// Frames of films, those of an earlier run included.
    public internal(set) var frames = 0
    /// Images that could not be processed, and folders that could not be read.
    public internal(set) var failed = 0
    /// What was left out, and why.
    public internal(set) var skipped: [SkipReason: Int] = [:]
    /// What images held and their results do not, and how many images.
    public internal(set) var lost: [ImageLoss.Kind: Int] = [:]
    /// Images that were not started before the batch stopped; in a dry run, all.
    public internal(set) var unfinished = 0
    /// Seconds from the beginning to the end.
    public internal(set) var seconds = 0.0
    /// Seconds for reading and decoding, on all threads together.
    public internal(set) var decodeSeconds = 0.0
    /// Seconds for the work itself.
    public internal(set) var computeSeconds = 0.0
    /// Seconds for packing and writing, on all threads together.
    public internal(set) var encodeSeconds = 0.0
    /// Pixels of all results.
    public internal(set) var outputPixels = 0
    /// The folder with the finished parts of the film that it stopped in; nil if there is none.
    public internal(set) var parts: String?
    /// Why it stopped early; nil if it did not.
    public internal(set) var stop: BatchStop?
    /// Whether this was a dry run.
    public internal(set) var isDryRun = false
    /// Whether the report lacks lines.
    public internal(set) var reportFailed = false
    /// The rank of the process.
    public internal(set) var rank = Rank.alone

    /// The file of the only result, or the folder of several; nil if there are none.
    public internal(set) var results: String?
    var names = SettingNames()

    /// Whether all was done: nothing failed, and nothing stopped it.
    public var isComplete: Bool { failed == 0 && !reportFailed && stop == nil }

    /// The share of the time that went into the work: near 1 if the work never waited for reading or writing.
    public var busyShare: Double { seconds > 0 ? min(computeSeconds / seconds, 1) : 0 }

    /// A few lines of text for the user.
    public var description: String {
        var lines = [counts]
        if done > 0, seconds > 0 {
            let rate = ProgressBar.rateText(Double(done) / seconds, unit: "images")
            lines[0] += " in \(ProgressBar.durationText(seconds)) (\(rate))"
            if let results {
                let place = results == StandardStream.output ? "standard output" : results
                lines[0] += "; \(done == 1 ? "result" : "results"): \(place)"
            }
            if frames > 0 { lines.append("\(frames) frames of films") }
            lines.append(
                "computing \(percent(busyShare)) of the time; "
                    + String(format: "reading %.1f s and writing %.1f s on other threads", decodeSeconds, encodeSeconds)
            )
        }
        if !lost.isEmpty { lines.append("not in the results: " + lossCounts) }
        if skipped.keys.contains(where: SkipReason.stale.contains) {
            lines.append(
                "Results that would come out differently now stay as they are: remove them, "
                    + "or choose another \(names.output).")
        }
        switch stop {
        case .canceled: lines.append("Stopped; \(unfinished) not done. Continue with \(names.skipExisting).")
        case .diskFull:
            lines.append(
                "The disk is full; \(unfinished) not done. Free some space, then continue with \(names.skipExisting).")
        case .closedPipe, nil: break
        }
        if let parts { lines.append("The film goes on after its finished parts in \(parts).") }
        let prefix = rank.count > 1 ? "rank \(rank.index): " : ""
        return lines.map { prefix + $0 }.joined(separator: "\n")
    }

    private var counts: String {
        var parts = [isDryRun ? "\(unfinished) to do" : "\(done) done"]
        if failed > 0 { parts.append("\(failed) failed") }
        let reasons = SkipReason.allCases.compactMap { reason in
            skipped[reason].map { "\(reason.rawValue): \($0)" }
        }
        if !reasons.isEmpty {
            parts.append("\(skipped.values.reduce(0, +)) left out (\(reasons.joined(separator: ", ")))")
        }
        return parts.joined(separator: ", ")
    }

    private var lossCounts: String {
        ImageLoss.Kind.allCases.compactMap { kind in
            lost[kind].map { "\(kind.rawValue) of \($0) image\($0 == 1 ? "" : "s")" }
        }.joined(separator: ", ")
    }

    /// One JSON object for programs.
    ///
    /// - Parameter exitCode: what the process is going to end with.
    package func line(exitCode: Int32) -> JSONLine {
        var line = JSONLine()
        line.add("done", done)
        line.add("failed", failed)
        if frames > 0 { line.add("frames", frames) }
        line.add(
            "skipped",
            SkipReason.allCases.compactMap { reason in
                skipped[reason].map { (name: reason.rawValue, value: Double($0)) }
            })
        line.add(
            "lost",
            ImageLoss.Kind.allCases.compactMap { kind in
                lost[kind].map { (name: kind.rawValue, value: Double($0)) }
            })
        line.add("unfinished", unfinished)
        line.add("seconds", milliseconds(seconds) / 1000)
        line.add("decode_ms", milliseconds(decodeSeconds))
        line.add("compute_ms", milliseconds(computeSeconds))
        line.add("encode_ms", milliseconds(encodeSeconds))
        line.add("busy", (busyShare * 1000).rounded() / 1000)
        line.add("output_pixels", outputPixels)
        if rank.count > 1 { line.add("rank", rank.index) }
        line.add("exit", Int(exitCode))
        return line
    }
}

/// Seconds as milliseconds with two decimals.
func milliseconds(_ seconds: Double) -> Double { (seconds * 100_000).rounded() / 100 }
