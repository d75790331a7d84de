import Foundation
import Layers
import Models
import TensorCore
import Training

/// A training small enough for tests, with everything that a real one keeps: weights, optimizer moments, state beside
/// them and a counter. It fits two linear layers to noise.
final class LineFittingTask: TrainingTask {
    struct Settings: CheckedSettings, Equatable {
        var seed: UInt64 = 1
        var learningRate: Double = 0.01
        var steps = 12

        func check() throws(ParameterError) { try ParameterError.check("steps", steps, in: TrainingLimits.steps) }

        mutating func apply(_ change: RunChange) {
            if case .learningRate(let rate) = change { learningRate = rate }
        }
    }

    struct PulledPlug: Error {}

    let settings: Settings
    private let network: Linear
    private let norm: BatchNorm
    private let optimizer: Adam
    private var stepsTaken = 0
    /// The step at which the power goes, before anything of it is kept.
    var plugPulledAt: Int?
    /// The step from which the loss is no number.
    var brokenAt: Int?
    var images: (Int) -> Tensor? = { _ in nil }
    var figures: (Int) -> [String: Double] = { _ in [:] }

    init(_ settings: Settings = Settings()) {
        self.settings = settings
        network = Linear(3, 4, random: Random(seed: settings.seed))
        norm = BatchNorm(4)
        optimizer = Adam(
            network.parameters.map { ("network." + $0.name, $0.parameter) }
                + norm.parameters.map { ("norm." + $0.name, $0.parameter) },
            learningRate: Float(settings.learningRate))
    }

    var kind: String { "line" }

    func step(_ number: Int, measuring: Bool) throws -> StepReport {
        if number == plugPulledAt { throw PulledPlug() }
        let random = Random(seed: settings.seed, stream: UInt64(number))
        let x = random.normal([8, 3])
        let target = random.normal([8, 4])
        let loss = (norm(network(x, .training(random)), .training(random)) - target).squared().mean()
        optimizer.update(gradients(of: loss, at: optimizer.parameters.map(\.parameter.value)))
        stepsTaken += 1
        let value = brokenAt.map { number >= $0 } == true ? Double.nan : Double(loss.item)
        return StepReport(
            losses: [("fit", value)], images: 8, extra: measuring ? [("taken", Double(stepsTaken))] : [])
    }

    func checkpoint() -> TrainingState {
        var state = TrainingState(numbers: ["stepsTaken": Double(stepsTaken), "optimizer.step": Double(optimizer.step)])
        state.add(network.state(), under: "network")
        state.add(norm.state(), under: "norm")
        state.add(optimizer.state(), under: "optimizer")
        return state
    }

    func restore(_ state: TrainingState) throws {
        try network.load(state.tensors(under: "network"))
        try norm.load(state.tensors(under: "norm"))
        try optimizer.load(state.tensors(under: "optimizer"), step: state.count("optimizer.step"))
        stepsTaken = try state.count("stepsTaken")
    }

    func preview() throws -> Preview? { images(stepsTaken).map { Preview(images: $0, columns: 2) } }
    func evaluate() throws -> [String: Double] { figures(stepsTaken) }

    func export(to folder: String, after step: Int) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try "\(stepsTaken)".write(toFile: folder + "/config.json", atomically: true, encoding: .utf8)
    }

    /// Every number of the state, bit by bit.
    var bits: [String: [UInt32]] {
        var bits = checkpoint().tensors.mapValues { $0.values.map(\.bitPattern) }
        for (name, value) in checkpoint().numbers { bits[name] = [Float(value).bitPattern] }
        return bits
    }
}

/// A folder that is removed when the test is over.
final class TemporaryFolder {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "atelier-training-\(UInt64.random(in: 0 ... .max))"
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var run: RunFolder { RunFolder(path + "/run") }
}
