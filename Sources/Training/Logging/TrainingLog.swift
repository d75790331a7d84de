import Files
import Foundation
import Layers

/// The `log.jsonl` of a run: one JSON object a line, each with its step.
package final class TrainingLog {
    private let file: AppendingFile

    /// Opens the log and removes the lines of steps after `step`, which will be repeated.
    package init(_ path: String, after step: Int) throws {
        if let data = FileManager.default.contents(atPath: path) {
            let kept = Self.kept([UInt8](data), upTo: step)
            if kept.count != data.count { try AtomicFile.write(kept, to: path) }
        }
        file = try AppendingFile(path)
    }

    package func add(_ line: JSONLine) throws { try file.append((line.text + "\n").utf8) }

    package func flush() throws { try file.flush() }

    /// The lines of steps up to a given one, without an incomplete last line.
    package static func kept(_ bytes: [UInt8], upTo step: Int) -> [UInt8] {
        var kept: [UInt8] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest[...end]
            rest = rest[(end + 1)...]
            let object = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
            guard let number = object?["step"] as? Int, number <= step else { continue }
            kept += line
        }
        return kept
    }
}

extension Trainer {
    /// One session: its log, its clock, and its listener.
    struct Session {
        let log: RunLog
        let start: Double
        let now: () -> Double
        let event: (TrainingEvent) -> Void

        init(
            _ folder: RunFolder, startingAfter step: Int, now: @escaping () -> Double,
            telling event: @escaping (TrainingEvent) -> Void
        ) throws {
            log = try RunLog(in: folder, startingAfter: step, now: now)
            (start, self.now, self.event) = (now(), now, event)
        }

        /// Seconds since it began.
        var elapsed: Double { now() - start }

        func tell(_ happened: TrainingEvent) throws {
            try log.write(happened)
            event(happened)
        }
    }
}
