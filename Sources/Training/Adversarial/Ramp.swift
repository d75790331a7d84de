import Foundation
import Models
import TensorCore

/// A quantity that goes from one value to another over the first steps of a training, along half a cosine wave. Then it
/// stays.
public struct Ramp: Codable, Sendable, Hashable {
    /// The value at the first step.
    public var from: Double
    /// The value after ``steps`` steps.
    public var to: Double
    /// The number of steps that the change takes.
    public var steps: Int

    /// A change over a number of steps.
    public init(from: Double, to: Double, steps: Int) { (self.from, self.to, self.steps) = (from, to, steps) }

    /// The value at a step, counted from 1.
    package func value(at step: Int) -> Double {
        if step > steps { return to }
        return from + (to - from) * 0.5 * (1 - cos(Double.pi * Double(max(step - 1, 0)) / Double(steps)))
    }

    /// The same for a run `factor` times as long.
    func stretched(by factor: Double) -> Ramp {
        var longer = self
        longer.steps = max(Int(saturating: (Double(steps) * factor).rounded()), 1)
        return longer
    }

    func check(_ name: String, in range: ClosedRange<Double>) throws(ParameterError) {
        try ParameterError.check(name + ".from", from, in: range)
        try ParameterError.check(name + ".to", to, in: range)
        try ParameterError.check(name + ".steps", steps, in: TrainingLimits.steps)
    }
}

/// What changes in the course of an adversarial training, besides the learning rates. What is nil stays as the settings
/// have it.
public struct AdversarialRamps: Codable, Sendable, Hashable {
    /// The factor of the γ of R1 and R2.
    public var penalties: Ramp?
    /// Adam's decay of the mean square gradient.
    public var beta2: Ramp?
    /// The number of steps after which weights count half in the moving average, instead of a fixed decay.
    public var averageHalfLife: Ramp?
    /// The probability with which each augmentation changes an image.
    public var augmentation: Ramp?

    /// The given changes.
    public init(
        penalties: Ramp? = nil, beta2: Ramp? = nil, averageHalfLife: Ramp? = nil, augmentation: Ramp? = nil
    ) {
        (self.penalties, self.beta2) = (penalties, beta2)
        (self.averageHalfLife, self.augmentation) = (averageHalfLife, augmentation)
    }

    /// The same for a run `factor` times as long; the average reaches back `factor` times as far.
    package func stretched(by factor: Double) -> AdversarialRamps {
        var average = averageHalfLife?.stretched(by: factor)
        average?.from *= factor
        average?.to *= factor
        return AdversarialRamps(
            penalties: penalties?.stretched(by: factor), beta2: beta2?.stretched(by: factor),
            averageHalfLife: average, augmentation: augmentation?.stretched(by: factor))
    }

    func check() throws(ParameterError) {
        try penalties?.check("penalties", in: TrainingLimits.weight)
        try beta2?.check("beta2", in: TrainingLimits.decay)
        try averageHalfLife?.check("averageHalfLife", in: 0...Double(TrainingLimits.steps.upperBound))
        try augmentation?.check("augmentation", in: 0...1)
    }
}
