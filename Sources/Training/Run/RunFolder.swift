import Files
import Foundation

/// The folder of a training: settings, checkpoints, logs, samples and the model so far.
///
///     config.json                    what is trained and how
///     checkpoints/step-000500/       state.safetensors and state.json: all that is needed to go on
///     log.jsonl                      figures, a line for every few steps
///     events.out.tfevents.*          the same for TensorBoard
///     samples/step-000500.png        images of fixed noise
///     model/                         the model as of the last checkpoint
///     model-pixel/                   of an upscaler: the model as of the end of its first stage
///     best/                          the model with the best figure so far
public struct RunFolder: Sendable, Equatable {
    /// The folder, without a slash at its end.
    public let path: String

    /// Refers to a folder; does not create it.
    public init(_ path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// `config.json`.
    public var configuration: String { path + "/config.json" }
    /// `log.jsonl`.
    public var log: String { path + "/log.jsonl" }
    /// The folder of the checkpoints.
    public var checkpoints: String { path + "/checkpoints" }
    /// The folder of the sample sheets.
    public var samples: String { path + "/samples" }
    /// The folder of the model as of the last checkpoint.
    public var model: String { path + "/model" }
    /// The folder of an upscaler's model as of the end of its first stage.
    public var pixelModel: String { path + "/model-pixel" }
    /// The folder of the model with the best figure.
    public var best: String { path + "/best" }

    /// Whether a training was started in this folder.
    public var holdsRun: Bool { FileManager.default.fileExists(atPath: configuration) }

    /// The folder of the checkpoint of a step: `checkpoints/step-000500`.
    public func checkpoint(at step: Int) -> String { checkpoints + "/" + Self.stepName(step) }
    /// The sample sheet of a step: `samples/step-000500.png`.
    public func sample(at step: Int) -> String { samples + "/" + Self.stepName(step) + ".png" }

    package static func stepName(_ step: Int) -> String {
        let digits = "\(step)"
        return "step-" + String(repeating: "0", count: max(6 - digits.count, 0)) + digits
    }

    /// The steps of all complete checkpoints, in ascending order.
    public var checkpointSteps: [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: checkpoints)) ?? []
        return names.compactMap { name in
            guard let step = Int(name.dropFirst(5)), step > 0, name == Self.stepName(step) else { return nil }
            return FileManager.default.fileExists(atPath: checkpoints + "/" + name + "/" + Checkpoint.recordName)
                ? step : nil
        }.sorted()
    }

    /// Makes the folders that a training writes to.
    package func create() throws {
        for folder in [path, checkpoints, samples] {
            do {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            } catch {
                throw TrainingError.file(
                    path: folder, reason: "the folder cannot be made: \(error.localizedDescription)")
            }
        }
    }

    /// Removes all checkpoints up to a step except the latest ones, and incomplete ones that an interrupted process
    /// left behind. Later checkpoints are damaged, or the training would have gone on from them; they do not count.
    package func prune(keeping count: Int, upTo last: Int) {
        for step in checkpointSteps.filter({ $0 <= last }).dropLast(max(count, 1)) {
            try? FileManager.default.removeItem(atPath: checkpoint(at: step))
        }
        for folder in [path, checkpoints] {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            where name.hasPrefix(AtomicFolder.temporaryPrefix) {
                try? FileManager.default.removeItem(atPath: folder + "/" + name)
            }
        }
    }

    /// Ensures that only one process trains in the folder. The lock ends with the process or with the returned value.
    package func lock() throws -> RunLock { try RunLock(path + "/.lock") }
}

/// The right to train in a folder.
package final class RunLock {
    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw TrainingError.file(path: path, reason: String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw TrainingError.file(path: path, reason: "another process is training in this folder")
        }
    }

    deinit { close(descriptor) }
}
