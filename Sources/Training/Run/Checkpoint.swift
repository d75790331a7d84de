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
        /// The CRC-32 of the file of tensors; nil in the records of version 0.1.
        var checksum: UInt32?
        var watch: AlarmWatch
        var best: BestFigure?

        /// Refuses numbers that no training writes.
        func check() throws(ParameterError) {
            try ParameterError.check("step", step, in: 1...TrainingLimits.steps.upperBound)
            try ParameterError.check("elapsed", elapsed, in: TrainingLimits.seconds)
            try ParameterError.check("images", images, in: TrainingLimits.images)
            try ParameterError.check(in: "watch") { () throws(ParameterError) in try watch.check(upTo: step) }
            guard let best else { return }
            try ParameterError.check("best.step", best.step, in: 1...step)
        }
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
        var record = Record(
            software: Software.description, step: step, elapsed: elapsed, images: images, numbers: state.numbers,
            tensors: state.tensors.count, watch: watch, best: best)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try AtomicFolder.write(folder) { temporary in
            let tensors = temporary + "/" + Self.tensorsName
            try Safetensors.write(
                state.tensors, to: tensors, precision: .float32,
                metadata: ["software": Software.description, "step": "\(step)"])
            record.checksum = try checksum(ofFile: tensors)
            try AtomicFile.write([UInt8](encoder.encode(record)), to: temporary + "/" + Self.recordName)
        }
    }

    /// The largest record that is read, in bytes.
    private static let recordLimit = 16 << 20

    /// Reads a checkpoint.
    ///
    /// - Parameter step: the step that it must belong to; nil for any.
    /// - Throws: ``TrainingError/checkpoint(path:reason:)``.
    package init(folder: String, of step: Int? = nil) throws {
        func refused(_ reason: String) -> TrainingError { .checkpoint(path: folder, reason: reason) }
        do {
            let path = folder + "/" + Self.recordName
            let data = Data(try InputFile(path, .regular).readAll(limit: Self.recordLimit))
            let record = try JSONDecoder().decode(Record.self, from: FormerKeys.translated(data))
            try record.check()
            if let step, record.step != step { throw refused("its step is \(record.step)") }
            let file = folder + "/" + Self.tensorsName
            if let known = record.checksum, try checksum(ofFile: file) != known {
                throw refused("\(Self.tensorsName) does not match its checksum")
            }
            let tensors = try Safetensors.read(file).tensors
            guard tensors.count == record.tensors else {
                throw refused("\(tensors.count) tensors where there should be \(record.tensors)")
            }
            self.init(
                step: record.step, state: TrainingState(tensors: tensors, numbers: record.numbers),
                elapsed: record.elapsed, images: record.images, watch: record.watch, best: record.best)
            if let name = firstBroken { throw refused("“\(name)” is not a number") }
        } catch let error as TrainingError {
            throw error
        } catch let error as DecodingError {
            throw refused("\(Self.recordName): \(error.inWords)")
        } catch let error as ParameterError {
            throw refused("\(Self.recordName): \(error)")
        } catch {
            throw refused("\(error)")
        }
    }
}
