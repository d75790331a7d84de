import Files
import Foundation
import ImageFiles

/// How good translations are, measured against the targets of pairs, beside trivial translators of the same pairs.
public struct TranslationEvaluation: Codable, Sendable {
    /// The figures of one translator.
    public struct Figures: Codable, Sendable {
        /// The name of the translator.
        public let name: String
        /// The mean absolute difference of samples from 0 to 1, averaged over the pairs.
        public let l1: Double
        /// The peak signal-to-noise ratio in decibels, averaged over the pairs.
        public let psnr: Double
        /// The structural similarity, averaged over the pairs; nil for images smaller than its window.
        public let ssim: Double?
        /// The Fréchet distance between translations and targets; nil without a classifier.
        public let frechet: Double?
    }

    /// The model.
    public let model: Figures
    /// The trivial translators; empty if they were not requested.
    public let baselines: [Figures]
    /// How many pairs were measured.
    public let pairs: Int
    /// The part of the dataset.
    public let split: String
    /// The hand that drew the inputs; nil if the inputs are images.
    public let sketch: String?
    /// The classifier of the Fréchet distances; figures of different classifiers cannot be compared.
    public let classifier: String?

    /// Creates an evaluation from figures.
    package init(
        model: Figures, baselines: [Figures], pairs: Int, split: String, sketch: String?, classifier: String?
    ) {
        self.model = model
        self.baselines = baselines
        self.pairs = pairs
        self.split = split
        self.sketch = sketch
        self.classifier = classifier
    }

    /// The figures as text for the user.
    public var text: String {
        let rows = [model] + baselines
        let width = rows.map(\.name.count).max() ?? 0
        func line(_ name: String, _ columns: [String?]) -> String {
            let cells = columns.compactMap { $0 }.map { String(repeating: " ", count: max(10 - $0.count, 1)) + $0 }
            return name.padding(toLength: width, withPad: " ", startingAt: 0) + cells.joined()
        }
        let hand = sketch.map { ", inputs drawn from the targets (\($0))" } ?? ""
        var lines = ["\(counted(pairs, "pair")) of the \(split) split\(hand)"]
        lines.append(line("", ["L1", "PSNR", "SSIM", classifier == nil ? nil : "Fréchet"]))
        for row in rows {
            lines.append(
                line(
                    row.name,
                    [
                        String(format: "%.4f", row.l1), String(format: "%.2f", row.psnr),
                        row.ssim.map { String(format: "%.4f", $0) } ?? "–",
                        row.frechet.map { String(format: "%.3f", $0) },
                    ]))
        }
        lines.append("L1: mean absolute difference, 0 to 1; PSNR in decibels.")
        if let classifier { lines.append("Fréchet: distance from the targets in the features of \(classifier).") }
        return lines.joined(separator: "\n")
    }
}

/// Collects translations one at a time and computes the figures at the end.
package struct TranslationMeasurement {
    private let name: String
    private var similarities: [ImageSimilarity] = []
    private var features: FeatureCollector?

    /// - Parameter classifier: the classifier for the Fréchet distance; nil for none.
    package init(_ name: String, classifier: TrainedClassifier?) {
        self.name = name
        features = classifier.map { FeatureCollector($0) }
    }

    /// Adds a translation and its target. All must have the same size and channels.
    package mutating func add(_ image: Image, truth: Image) {
        similarities.append(ImageSimilarity(PixelPlanes(image), PixelPlanes(truth)))
        features?.add(image)
    }

    /// The figures over all pairs; nil when there were none.
    ///
    /// - Parameter targets: the features of all targets, for the Fréchet distance.
    package mutating func figures(targets: FeatureStatistics?) -> TranslationEvaluation.Figures? {
        guard let mean = ImageSimilarity(meanOf: similarities) else { return nil }
        let own = features?.statistics()
        return TranslationEvaluation.Figures(
            name: name, l1: mean.l1, psnr: mean.psnr, ssim: mean.ssim,
            frechet: own.flatMap { own in targets.map { own.frechetDistance(to: $0) } })
    }
}
