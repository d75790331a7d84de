import Layers
import Models
import TensorCore

/// Settings of a training. They come from files and command lines, which may contain any number.
package protocol CheckedSettings: Codable {
    /// Refuses numbers with which no training is possible.
    ///
    /// - Throws: `ParameterError`, which starts with the path of the setting.
    func check() throws(ParameterError)

    /// Takes a change of a run that is resumed. ``RunChange/data`` changes no setting.
    mutating func apply(_ change: RunChange)
}

/// The numbers with which a training is possible. Products of them, such as the number of an image in a run, fit into
/// an `Int`.
package enum TrainingLimits {
    /// Steps of a training, and the number of a step.
    package static let steps = 0...10_000_000_000
    /// Images in a step.
    package static let batchSize = 1...65_536
    /// Updates of a network in a step.
    package static let repetitions = 1...1000
    /// Updates of a network in a training.
    package static let updates = 0...steps.upperBound * repetitions.upperBound
    /// Images that a training uses.
    package static let images = 0...updates.upperBound * batchSize.upperBound
    /// Seconds of a training.
    package static let seconds = 0.0...1e10
    /// Steps from one penalty to the next.
    package static let interval = 0...1_000_000_000
    /// A learning rate.
    package static let rate = 0.0...1000.0
    /// A decay of a moving average, below 1.
    package static let decay = 0.0...1.0.nextDown
    /// The weight of a loss.
    package static let weight = 0.0...1e12
    /// Channels of a network's first convolution, and units of a hidden layer.
    package static let width = 1...4096
}

/// A change of a run that is resumed. The run records from which step it holds, and is no longer bit-exact.
public enum RunChange: Sendable, Hashable {
    /// Images in a step.
    case batchSize(Int)
    /// The learning rate of all networks, at the start of its schedule.
    case learningRate(Double)
    /// The precision of convolutions and matrix products.
    case precision(Precision)
    /// The images differ from those that the run began with.
    case data
}

extension Schedule {
    /// Refuses numbers with which no training is possible.
    func check() throws(ParameterError) {
        switch self {
        case .constant: break
        case .linearDecay(let start, let end):
            try ParameterError.check("start", start, in: TrainingLimits.steps)
            try ParameterError.check("end", end, in: TrainingLimits.steps)
        case .cosine(let total): try ParameterError.check("total", total, in: TrainingLimits.steps)
        case .cosineFall(let last, let total):
            try ParameterError.check("to", last, in: 0...1)
            try ParameterError.check("total", total, in: TrainingLimits.steps)
        case .steps(let places, let factor):
            for place in places { try ParameterError.check("at", place, in: TrainingLimits.steps) }
            try ParameterError.check("factor", factor, in: 0...1)
        case .warmUp(let steps, let then):
            try ParameterError.check("steps", steps, in: TrainingLimits.steps)
            try ParameterError.check(in: "then") { () throws(ParameterError) in try then.check() }
        }
    }
}
