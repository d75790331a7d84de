import Foundation
import ImageFiles

/// How good translations are, measured against the targets of pairs, beside trivial translators of the same pairs.
public struct TranslationEvaluation: Codable, Sendable {
    /// What one translator reaches.
    public struct Figures: Codable, Sendable {
        /// Who translated.
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
    /// Trivial translators; empty when none was asked for.
    public let baselines: [Figures]
    /// How many pairs were measured.
    public let pairs: Int
    /// The part of the set that they are from.
    public let split: String
    /// The hand that drew the inputs; nil where they are images of their own.
    public let sketch: String?
    /// In whose features Fréchet distances are; figures of different classifiers cannot be compared.
    public let classifier: String?

    /// Puts figures together.
    public init(
        model: Figures, baselines: [Figures], pairs: Int, split: String, sketch: String?, classifier: String?
    ) {
        self.model = model
        self.baselines = baselines
        self.pairs = pairs
        self.split = split
        self.sketch = sketch
        self.classifier = classifier
    }

    /// The figures as a person reads them.
    public var text: String {
        let rows = [model] + baselines
        let width = rows.map(\.name.count).max() ?? 0
        func line(_ name: String, _ columns: [String?]) -> String {
            let cells = columns.compactMap { $0 }.map { String(repeating: " ", count: max(10 - $0.count, 1)) + $0 }
            return name.padding(toLength: width, withPad: " ", startingAt: 0) + cells.joined()
        }
        let hand = sketch.map { ", inputs drawn after the targets (\($0))" } ?? ""
        var lines = ["\(pairs) pairs of the \(split) split\(hand)"]
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
        lines.append(
            classifier.map { "Fréchet: distance from the targets in the features of \($0)." }
                ?? "For the Fréchet distance as well, name a classifier: --classifier MODEL.")
        return lines.joined(separator: "\n")
    }
}

/// Takes in translations one by one and tells the figures at the end.
public struct TranslationMeasurement {
    private let name: String
    private var similarities: [ImageSimilarity] = []
    private var features: FeatureCollector?

    /// - Parameter judge: in whose features the Fréchet distance is taken; nil for none.
    public init(_ name: String, judge: TrainedClassifier?) {
        self.name = name
        features = judge.map { FeatureCollector($0) }
    }

    /// Takes in a translation and its target, of the same extent and channels. All targets have one extent.
    public mutating func add(_ image: Image, truth: Image) {
        similarities.append(ImageSimilarity(PixelPlanes(image), PixelPlanes(truth)))
        features?.add(image)
    }

    /// The figures over all pairs; nil when there were none.
    ///
    /// - Parameter targets: the features of all targets, where Fréchet distances are wanted.
    public mutating func figures(targets: FeatureStatistics?) -> TranslationEvaluation.Figures? {
        guard let mean = ImageSimilarity(meanOf: similarities) else { return nil }
        let own = features?.statistics()
        return TranslationEvaluation.Figures(
            name: name, l1: mean.l1, psnr: mean.psnr, ssim: mean.ssim,
            frechet: own.flatMap { own in targets.map { own.frechetDistance(to: $0) } })
    }
}
