import Files
import Foundation
import Training

/// What can be seen of a run.
struct RunFacts: Encodable, Sendable {
    let name, kind: String
    /// `starting`, `running`, `stopped`, `done`, or `failed` where there is an error.
    let state: String
    let step: Int
    /// The step to stop after; nil where the run does not say it.
    let steps: Int?
    /// Why it ended; nil unless Studio started it and it failed.
    let error: String?

    init(_ name: String, _ folder: RunFolder, isStarted: Bool, error: String?) {
        struct Record: Decodable {
            struct Options: Decodable { var steps: Int }
            var kind: String
            var options: Options
        }
        let bytes = (try? InputFile(folder.configuration, .regular).readAll(limit: 64 << 20)) ?? []
        let record = try? JSONDecoder().decode(Record.self, from: Data(bytes))
        self.name = name
        kind = record?.kind ?? "unknown"
        steps = record?.options.steps
        let step = max(RunLogTail.lastStep(of: folder.log) ?? 0, folder.checkpointSteps.last ?? 0)
        self.step = step
        let isDone = record.map { step >= $0.options.steps } ?? false
        state =
            folder.isLocked && record != nil
            ? "running" : isStarted ? "starting" : error != nil ? "failed" : isDone ? "done" : "stopped"
        self.error = error
    }
}

/// Reads the log of a run as it grows.
struct RunLogTail {
    private let path: String
    private var offset = 0

    /// The most bytes of a log that are read at once.
    private static let most = 64 << 20

    init(_ path: String) { self.path = path }

    /// The lines that have come since the last call. If the log has been written anew, all of it; then `isNew` is true.
    mutating func next() -> (lines: [String], isNew: Bool) {
        guard let file = try? InputFile(path, .regular) else { return ([], false) }
        let isNew = offset == 0 || file.size < offset
        if isNew { offset = max(file.size - Self.most, 0) }
        guard file.size > offset, let bytes = try? file.bytes(at: offset, count: min(file.size - offset, Self.most)),
            let end = bytes.lastIndex(of: UInt8(ascii: "\n"))
        else { return ([], false) }
        offset += end + 1
        let lines = bytes[...end].split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        return (isNew ? Self.thinned(lines) : lines, isNew)
    }

    /// Of many lines with losses, some, evenly spread; all other lines.
    private static func thinned(_ lines: [String]) -> [String] {
        let losses = lines.count { $0.contains("\"losses\"") }
        let every = max(losses / 1500, 1)
        var number = 0
        return lines.filter { line in
            guard line.contains("\"losses\"") else { return true }
            number += 1
            return number % every == 0 || number == losses
        }
    }

    /// The step of the last line.
    static func lastStep(of path: String) -> Int? {
        guard let file = try? InputFile(path, .regular),
            let bytes = try? file.bytes(at: max(file.size - 4096, 0), count: min(file.size, 4096))
        else { return nil }
        for line in bytes.split(separator: UInt8(ascii: "\n")).reversed() {
            let object = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
            if let step = object?["step"] as? Int { return step }
        }
        return nil
    }
}
