import Files
import Foundation

/// Whether generated images help to train a classifier: its accuracy on real test images after trainings on several
/// sets.
public struct AugmentationEvaluation: Codable, Sendable, Equatable {
    /// The trainings on one set.
    public struct Row: Codable, Sendable, Equatable {
        /// What the classifiers learned from.
        public let set: TrainingSet
        /// How many images the set holds.
        public let images: Int
        /// The share of test images that the classifier of each run recognizes, from 0 to 1.
        public let accuracies: [Double]
        /// Their mean.
        public let mean: Double
        /// Their standard deviation (with n − 1); 0 for one run.
        public let deviation: Double

        package init(_ set: TrainingSet, images: Int, accuracies: [Double]) {
            (self.set, self.images, self.accuracies) = (set, images, accuracies)
            let count = Double(accuracies.count)
            let mean = accuracies.reduce(0, +) / max(count, 1)
            self.mean = mean
            deviation = (accuracies.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(count - 1, 1)).squareRoot()
        }
    }

    /// What a classifier learns from.
    public enum TrainingSet: String, Codable, Sendable, CaseIterable {
        /// Real images.
        case real
        /// Generated images.
        case generated
        /// Both.
        case both = "real + generated"
        /// Real images, mirrored and shifted at random.
        case realAugmented = "real, augmented"
        /// Both, mirrored and shifted at random.
        case bothAugmented = "real + generated, augmented"

        var isAugmented: Bool { self == .realAugmented || self == .bothAugmented }
    }

    /// A difference of two accuracies.
    public struct Difference: Sendable, Equatable {
        /// The difference of the means.
        public let value: Double
        /// Its standard error.
        public let standardError: Double
    }

    /// The name of the model or of the set of generated images.
    public let model: String
    /// Real images to learn from.
    public let realCount: Int
    /// Generated images to learn from.
    public let generatedCount: Int
    /// Real images of the test.
    public let testCount: Int
    /// How many classes there are.
    public let classCount: Int
    /// Trainings on each set, with the seeds 0, 1, ….
    public let runs: Int
    /// Steps of each training.
    public let steps: Int
    /// The results of each set.
    public let rows: [Row]

    package init(
        model: String, realCount: Int, generatedCount: Int, testCount: Int, classCount: Int, runs: Int, steps: Int,
        rows: [Row]
    ) {
        self.model = model
        (self.realCount, self.generatedCount, self.testCount) = (realCount, generatedCount, testCount)
        (self.classCount, self.runs, self.steps, self.rows) = (classCount, runs, steps, rows)
    }

    /// What generated images add to the accuracy.
    ///
    /// - Parameter augmented: beside ordinary augmentation, or without it.
    /// - Returns: nil if a set was not measured.
    public func gain(augmented: Bool) -> Difference? {
        func row(_ set: TrainingSet) -> Row? { rows.first { $0.set == set } }
        guard let with = row(augmented ? .bothAugmented : .both), let without = row(augmented ? .realAugmented : .real)
        else { return nil }
        let variances = [with, without].map { $0.deviation * $0.deviation / Double(max($0.accuracies.count, 1)) }
        return Difference(
            value: with.mean - without.mean, standardError: variances.reduce(0, +).squareRoot())
    }

    /// The figures as text for the user.
    public var text: String {
        let width = rows.map(\.set.rawValue.count).max() ?? 0
        var lines = [
            "\(counted(realCount, "real image")) and \(counted(generatedCount, "image")) of \(model) in "
                + "\(counted(classCount, "class", "classes")), tested on \(counted(testCount, "other real image"))",
            "\(counted(runs, "training")) of \(counted(steps, "step")) on each set",
        ]
        for row in rows {
            let name = row.set.rawValue.padding(toLength: width, withPad: " ", startingAt: 0)
            lines.append(
                String(
                    format: "%@  %6d images  %6.2f ± %.2f %%", name, row.images, row.mean * 100, row.deviation * 100))
        }
        for (augmented, words) in [(false, "Generated images add"), (true, "Beside ordinary augmentation, they add")] {
            guard runs > 1, let gain = gain(augmented: augmented) else { continue }
            lines.append(
                String(
                    format: "%@ %+.2f ± %.2f points (standard error).", words, gain.value * 100,
                    gain.standardError * 100))
        }
        return lines.joined(separator: "\n")
    }
}
