import Files
import Foundation
import ImageData
import Models
import TensorCore

/// How good a set of generated images is, measured against real ones in the features of a network.
public struct GeneratorEvaluation: Codable, Sendable {
    /// The figures of one class.
    public struct ClassFigures: Codable, Sendable {
        /// The class.
        public let name: String
        /// The share of generated images of this class that are recognized as it; nil if there are none.
        public let recognized: Double?
        /// The same share of real images.
        public let realRecognized: Double?
    }

    /// The number of generated images.
    public let generatedCount: Int
    /// The number of real images that they are compared with.
    public let realCount: Int
    /// The name of the features. Figures in different features cannot be compared.
    public let features: String
    /// Between generated and real images (Heusel et al. 2017); depends on how many there are.
    public let frechetDistance: Double
    /// Between two sets of real images: what a perfect generator would score.
    public let frechetFloor: Double?
    /// Between generated and real images, without bias (Bińkowski et al. 2018); nil for fewer than three images.
    public let kernelDistance: Double?
    /// The standard error of the kernel distance.
    public let kernelError: Double?
    /// Between two sets of real images: what a perfect generator would score.
    public let kernelFloor: Double?
    /// The share of generated images among real ones, 0 … 1; see `PrecisionRecall`.
    public let precision: Double
    /// The share of real images among generated ones, 0 … 1.
    public let recall: Double
    /// How densely generated images lie where real ones do: 1 like these (Naeem et al. 2020).
    public let density: Double
    /// The share of real images with a generated one near them, 0 … 1.
    public let coverage: Double
    /// The share of all generated images recognized as the requested class; nil for unconditional generators.
    public let recognized: Double?
    /// The share of all real images recognized as their class; nil if they have no classes.
    public let realRecognized: Double?
    /// In the order of the labels; empty without classes.
    public let classes: [ClassFigures]

    /// - Parameters:
    ///   - real: images to compare with, preferably images that were not trained on.
    ///   - otherReal: other real images, for the floor.
    ///   - features: the name of the features.
    ///   - neighborhoodLimit: the most images of each set that all figures but the Fréchet distance compare.
    package init(
        generated: ObservedImages, real: ObservedImages, otherReal: ObservedImages?, classNames: [String],
        features: String, neighborhoodLimit: Int = 5_000
    ) {
        generatedCount = generated.count
        realCount = real.count
        let realStatistics = real.statistics
        frechetDistance = generated.statistics.frechetDistance(to: realStatistics)
        frechetFloor = otherReal.map { $0.statistics.frechetDistance(to: realStatistics) }
        self.features = features
        let (some, made) = (real.features.someRows(neighborhoodLimit), generated.features.someRows(neighborhoodLimit))
        let kernel = KernelDistance.ofSome(made, some)
        (kernelDistance, kernelError) = (kernel?.value, kernel?.standardError)
        kernelFloor = otherReal.flatMap { KernelDistance.ofSome($0.features.someRows(neighborhoodLimit), some)?.value }
        let both = PrecisionRecall(real: some, generated: made)
        (precision, recall) = (both.precision, both.recall)
        let near = DensityCoverage(real: some, generated: made)
        (density, coverage) = (near.density, near.coverage)
        let generatedShares = generated.recognition(classes: classNames.count)
        let realShares = real.recognition(classes: classNames.count)
        recognized = generatedShares?.overall
        realRecognized = realShares?.overall
        classes = classNames.enumerated().map { index, name in
            ClassFigures(
                name: name, recognized: generatedShares?.perClass[index], realRecognized: realShares?.perClass[index])
        }
    }

    /// The figures as text for the user.
    public var text: String {
        func percent(_ share: Double?) -> String { share.map { String(format: "%5.1f %%", $0 * 100) } ?? "    –  " }
        var lines = [
            "\(counted(generatedCount, "generated image")) against \(counted(realCount, "real one")), "
                + "in the features of \(features)",
            String(format: "Fréchet distance  %.3f", frechetDistance)
                + (frechetFloor.map { String(format: "   (real against real %.3f)", $0) } ?? ""),
        ]
        if let kernelDistance, let kernelError {
            lines.append(
                String(format: "kernel × 1000     %.3f ± %.3f", kernelDistance * 1000, kernelError * 1000)
                    + (kernelFloor.map { String(format: "   (real against real %.3f)", $0 * 1000) } ?? ""))
        }
        lines += [
            String(format: "precision         %.3f", precision), String(format: "recall            %.3f", recall),
            String(format: "density           %.3f", density), String(format: "coverage          %.3f", coverage),
        ]
        if recognized != nil {
            lines.append(
                "recognized as the class asked for \(percent(recognized))   (real images \(percent(realRecognized)))")
            let width = classes.map(\.name.count).max() ?? 0
            for figures in classes {
                let name = figures.name.padding(toLength: width, withPad: " ", startingAt: 0)
                lines.append("  \(name)  \(percent(figures.recognized))   (real \(percent(figures.realRecognized)))")
            }
        }
        return lines.joined(separator: "\n")
    }
}

extension ObservedImages {
    fileprivate var statistics: FeatureStatistics {
        FeatureStatistics(features)
    }
}

extension Tensor {
    /// At most so many rows, chosen at random, but always the same: the first ones would be of the first classes,
    /// because images come folder by folder.
    fileprivate func someRows(_ limit: Int) -> Tensor {
        guard shape[0] > limit else { return self }
        return gatheringRows(Array(Random(seed: 0).permutation(shape[0]).prefix(limit)))
    }
}

extension KernelDistance {
    /// The distance, or nil if there are too few vectors.
    package static func ofSome(_ a: Tensor, _ b: Tensor) -> KernelDistance? {
        min(a.shape[0], b.shape[0]) > 2 ? KernelDistance(a, b) : nil
    }
}
