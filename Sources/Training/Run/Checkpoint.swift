import Files
import Foundation
import Layers
import Models
import TensorCore

/// Everything that a training needs to continue from a step, as a folder of two files.
package struct Checkpoint {
    package var step: Int
    package var state: TrainingState
    /// Seconds of training so far, over all sessions.
    package var elapsed: Double
    /// Real images used so far.
    package var images: Int
    package var watch: AlarmWatch
    package var best: BestFigure?

    package static let recordName = "state.json"
    package static let tensorsName = "state.safetensors"

    /// The best value so far of the figure by which the model is chosen.
    package struct BestFigure: Codable, Equatable {
        package var metric: String
        package var value: Double
        package var step: Int

        package init(metric: String, value: Double, step: Int) {
            self.metric = metric
            self.value = value
            self.step = step
        }
    }

    /// The values that are not tensors.
    private struct Record: Codable {
        var software: String
        var step: Int
        var elapsed: Double
        var images: Int
        var numbers: [String: Double]
        var tensors: Int
        var watch: AlarmWatch
        var best: BestFigure?
    }

    package init(
        step: Int, state: TrainingState, elapsed: Double, images: Int, watch: AlarmWatch, best: BestFigure? = nil
    ) {
        self.step = step
        self.state = state
        self.elapsed = elapsed
        self.images = images
        self.watch = watch
        self.best = best
    }

    /// The name of the first tensor with a value that is not a number.
    package var firstBroken: String? {
        state.tensors.filter { !$0.value.isFinite }.keys.min()
            ?? state.numbers.filter { !$0.value.isFinite }.keys.min()
    }

    /// Writes the checkpoint completely or not at all.
    package func write(to folder: String) throws {
        let record = Record(
            software: Software.description, step: step, elapsed: elapsed, images: images, numbers: state.numbers,
            tensors: state.tensors.count, watch: watch, best: best)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = try encoder.encode(record)
        try AtomicFolder.write(folder) { temporary in
            try Safetensors.write(
                state.tensors, to: temporary + "/" + Self.tensorsName, precision: .float32,
                metadata: ["software": Software.description, "step": "\(step)"])
            try AtomicFile.write([UInt8](text), to: temporary + "/" + Self.recordName)
        }
    }

    /// Reads a checkpoint.
    ///
    /// - Throws: ``TrainingError/checkpoint(path:reason:)``.
    package init(folder: String) throws {
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + Self.recordName))
            let record = try JSONDecoder().decode(Record.self, from: FormerKeys.translated(data))
            let tensors = try Safetensors.read(folder + "/" + Self.tensorsName).tensors
            guard tensors.count == record.tensors else {
                throw TrainingError.checkpoint(
                    path: folder, reason: "\(tensors.count) tensors where there should be \(record.tensors)")
            }
            self.init(
                step: record.step, state: TrainingState(tensors: tensors, numbers: record.numbers),
                elapsed: record.elapsed, images: record.images, watch: record.watch, best: record.best)
        } catch let error as TrainingError {
            throw error
        } catch {
            throw TrainingError.checkpoint(path: folder, reason: "\(error)")
        }
    }
}
