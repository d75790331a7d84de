import Files
import Foundation
import ImageData
import ImageFiles
import TensorCore

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
        /// The Fréchet distance between translations and targets; nil without features.
        public let frechet: Double?
        /// The kernel distance between translations and targets; nil without features, or for fewer than three pairs.
        public let kernel: Double?
        /// The standard error of the kernel distance.
        public let kernelError: Double?
        /// The mean distance from the targets in ImageNet's activations, as LPIPS without its fitted weights; nil
        /// without such a network.
        public let perceptual: Double?
        /// The share of translations that the classifier recognizes as the class of their target; nil without a
        /// classifier of these classes.
        public let recognized: Double?
        /// How well the regions of drawings are colored; nil if that was not asked for.
        public let regions: RegionFigures?
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
    /// The name of the features of the distances; figures in different features cannot be compared.
    public let features: String?
    /// The share of targets that the classifier recognizes as their class; nil without a classifier of these classes.
    public let targetRecognized: Double?

    /// Creates an evaluation from figures.
    package init(
        model: Figures, baselines: [Figures], pairs: Int, split: String, sketch: String?, features: String?,
        targetRecognized: Double? = nil
    ) {
        self.model = model
        self.baselines = baselines
        self.pairs = pairs
        self.split = split
        self.sketch = sketch
        self.features = features
        self.targetRecognized = targetRecognized
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
        let (seen, colored) = (rows.contains { $0.perceptual != nil }, rows.contains { $0.regions != nil })
        let named = rows.contains { $0.recognized != nil }
        lines.append(
            line(
                "",
                ["L1", "PSNR", "SSIM"] + (features == nil ? [] : ["Fréchet", "kernel"]) + (seen ? ["perceptual"] : [])
                    + (named ? ["recognized"] : []) + (colored ? ["plausible", "deviation"] : [])))
        for row in rows {
            lines.append(
                line(
                    row.name,
                    [
                        String(format: "%.4f", row.l1), String(format: "%.2f", row.psnr),
                        row.ssim.map { String(format: "%.4f", $0) } ?? "–",
                        row.frechet.map { String(format: "%.3f", $0) },
                        row.kernel.map { String(format: "%.2f", $0 * 1000) },
                        row.perceptual.map { String(format: "%.4f", $0) },
                        row.recognized.map { String(format: "%.1f %%", $0 * 100) },
                        row.regions.map { String(format: "%.1f %%", $0.plausible * 100) },
                        row.regions.map { String(format: "%.2f", $0.deviation) },
                    ]))
        }
        lines.append("L1: mean absolute difference, 0 to 1; PSNR in decibels.")
        if let features {
            lines.append("Fréchet, kernel × 1000: distances from the targets in the features of \(features).")
        }
        if seen {
            lines.append("perceptual: mean distance from the targets in ImageNet's activations; 0 is equal.")
        }
        if let targetRecognized {
            lines.append(
                "recognized: as the class of the target; \(String(format: "%.1f %%", targetRecognized * 100)) of the targets are."
            )
        }
        if let regions = model.regions {
            lines.append(
                "plausible: enclosed pixels within ΔE 20 of a color of similar training targets; deviation: of levels within "
                    + "a region, \(String(format: "%.2f", regions.targetDeviation)) in the targets.")
        }
        return lines.joined(separator: "\n")
    }
}

/// Collects translations one at a time and computes the figures at the end.
package struct TranslationMeasurement {
    private let name: String
    private var similarities: [ImageSimilarity] = []
    private var features: FeatureCollector?
    private let distance: FeatureDistance?
    private var distances: [Double] = []
    private var classes: [String?] = []
    private var colors: ColorPlausibility?

    /// - Parameters:
    ///   - name: the name of the translator.
    ///   - features: collects the features of translations; nil for no distances of sets.
    ///   - distance: the distance of a translation from its target; nil for none.
    package init(_ name: String, features: FeatureCollector?, distance: FeatureDistance? = nil) {
        self.name = name
        self.features = features
        self.distance = distance
    }

    /// Adds a translation and its target. All must have the same size and channels.
    ///
    /// - Parameter className: what the target shows; nil if that is not known.
    package mutating func add(_ image: Image, truth: Image, className: String? = nil) {
        classes.append(className)
        similarities.append(ImageSimilarity(PixelPlanes(image), PixelPlanes(truth)))
        features?.add(image)
        if let distance { distances.append(distance(image, truth)) }
    }

    /// Adds the colors of the regions of a translation.
    ///
    /// - Parameters:
    ///   - regions: those of its drawing.
    ///   - candidates: the targets of similar training pairs.
    package mutating func addColors(of image: Image, truth: Image, regions: DrawingRegions, candidates: [Image]) {
        var counted = colors ?? ColorPlausibility()
        counted.add(image, target: truth, regions: regions, candidates: candidates)
        colors = counted
    }

    /// The figures over all pairs; nil when there were none.
    ///
    /// - Parameter targets: the features of all targets, for the distances.
    package mutating func figures(targets: Tensor?) -> TranslationEvaluation.Figures? {
        guard let mean = ImageSimilarity(meanOf: similarities) else { return nil }
        let own = features?.features()
        let kernel = own.flatMap { own in targets.flatMap { KernelDistance.ofSome(own, $0) } }
        return TranslationEvaluation.Figures(
            name: name, l1: mean.l1, psnr: mean.psnr, ssim: mean.ssim,
            frechet: own.flatMap { own in
                targets.map { FeatureStatistics(own).frechetDistance(to: FeatureStatistics($0)) }
            }, kernel: kernel?.value, kernelError: kernel?.standardError,
            perceptual: distances.isEmpty ? nil : distances.reduce(0, +) / Double(distances.count),
            recognized: features?.recognized(as: classes), regions: colors?.figures)
    }
}
