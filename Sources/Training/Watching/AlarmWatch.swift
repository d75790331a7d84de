import Foundation
import Models
import Reporting

/// A problem in a running training.
public struct Alarm: Sendable, Equatable {
    /// The kind of problem; the raw values appear in `log.jsonl`.
    public enum Cause: String, Sendable, Codable {
        /// The discriminator classifies all images correctly, so the generator learns nothing.
        case discriminatorWon = "discriminator-won"
        /// The generator makes nearly the same image for every noise.
        case generatorCollapsed = "generator-collapsed"
    }

    /// The problem.
    public let cause: Cause
    /// The step at which it was noticed.
    public let step: Int
    /// The message: what happened, and what to try.
    public let words: String
}

/// Watches a training and raises each alarm once. Its state is part of the checkpoint, so a resumed training raises the
/// same alarms as an uninterrupted one.
package struct AlarmWatch: Codable, Equatable {
    /// The step since which the discriminator has been winning, and the number of consecutive measurements that confirm
    /// it.
    private var winningSince: Int?
    private var winningMeasurements = 0
    private var highestDiversity: Double?
    private var previews = 0
    private var raised: [Alarm.Cause] = []

    package init() {}

    /// Refuses numbers that no training has by a step.
    package func check(upTo step: Int) throws(ParameterError) {
        try ParameterError.check("winningSince", winningSince ?? 1, in: 1...step)
        try ParameterError.check("winningMeasurements", winningMeasurements, in: TrainingLimits.steps)
        try ParameterError.check("highestDiversity", highestDiversity ?? 0, in: 0...Self.diversityLimit)
        try ParameterError.check("previews", previews, in: TrainingLimits.steps)
    }

    /// No diversity of images with values from −1 to 1 is higher.
    private static let diversityLimit = 1e6

    /// The accuracy and the loss at which the discriminator counts as winning, and for how many steps.
    private static let wonAccuracy = 0.99
    private static let wonLoss = 0.05
    private static let wonSteps = 300
    private static let wonMeasurements = 20

    /// The share of its highest level, or of that of real images, below which diversity counts as collapsed.
    private static let collapsedShare = 0.35
    private static let collapsedShareOfReal = 0.2
    /// Before this step, images may look alike because nothing is learned yet.
    private static let settledStep = 500

    /// Checks a step with measured accuracies.
    package mutating func observe(_ report: StepReport, step: Int) -> Alarm? {
        guard let real = report.realAccuracy, let fake = report.fakeAccuracy,
            let loss = report.losses.first(where: { $0.name == "discriminator" })?.value
        else { return nil }
        guard min(real, fake) >= Self.wonAccuracy, loss.magnitude <= Self.wonLoss else {
            winningSince = nil
            winningMeasurements = 0
            return nil
        }
        let since = winningSince ?? step
        winningSince = since
        winningMeasurements += 1
        guard step - since >= Self.wonSteps, winningMeasurements >= Self.wonMeasurements else { return nil }
        return raise(
            .discriminatorWon, step: step,
            """
            The discriminator has won: for \(step - since) steps its loss has been near 0 and it has classified \
            all images correctly (the aim is 50 %), so the generator learns almost nothing.
            What to try in a new run: R1 regularization or spectral norm; a lower learning rate for the \
            discriminator; a smaller discriminator; augmentation, for a small dataset.
            """)
    }

    /// Checks the diversity of a batch from fixed noise, and that of real images, if known.
    package mutating func observe(diversity: Double, reference: Double?, step: Int) -> Alarm? {
        previews += 1
        let highest = highestDiversity ?? 0
        highestDiversity = max(highest, diversity)
        guard previews >= 3 else { return nil }
        let seen: String
        if diversity < highest * Self.collapsedShare {
            seen = "has fallen to \(percent(diversity / highest)) of what it was"
        } else if let reference, diversity < reference * Self.collapsedShareOfReal, diversity <= highest,
            step >= Self.settledStep
        {
            seen = "is \(percent(diversity / reference)) of that of real images"
        } else {
            return nil
        }
        return raise(
            .generatorCollapsed, step: step,
            """
            The generator has collapsed: the diversity of its images \(seen); they all look alike. It rarely recovers.
            What to try in a new run: lower learning rates; hinge or relativistic loss; R1 regularization; a larger \
            batch. The best images so far are in samples/.
            """)
    }

    private mutating func raise(_ cause: Alarm.Cause, step: Int, _ words: String) -> Alarm? {
        guard !raised.contains(cause) else { return nil }
        raised.append(cause)
        return Alarm(cause: cause, step: step, words: words)
    }
}
