import Files
import Foundation
import ImageData
import Models
import TensorCore

/// A classifier's results for a set of images: features, recognized classes, and the intended classes.
package struct ClassifiedImages {
    /// `[N, featureSize]`.
    package let features: Tensor
    /// The class with the largest logit for each of the N.
    package let recognized: [Int]
    /// The intended classes; empty if there are none.
    package let intended: [Int]

    /// The number of images.
    package var count: Int { recognized.count }

    /// Results of images that were classified before.
    package init(features: Tensor, recognized: [Int], intended: [Int]) {
        self.features = features
        self.recognized = recognized
        self.intended = intended
    }

    /// Classifies images in batches.
    ///
    /// - Parameter batches: calls its argument with images `[N, C, H, W]` in [−1, 1] and their labels, batch by batch.
    package init(
        _ classifier: TrainedClassifier, batches: ((Tensor, [Int]) -> Void) throws -> Void
    ) rethrows {
        var features: [Tensor] = []
        var recognized: [Int] = []
        var intended: [Int] = []
        try batches { images, labels in
            let (rows, classes) = classifier.classify(images)
            features.append(rows)
            recognized += classes
            intended += labels
        }
        self.features =
            features.isEmpty
            ? .zeros([0, classifier.featureSize]) : Tensor.concatenated(features)
        self.recognized = recognized
        self.intended = intended
    }

    /// Classifies `count` images of a generator, with the classes in turn. Image `i` has the seed `firstSeed + i`. The
    /// images are rounded to 8 bits first, as in files, because the real images are.
    package init(
        _ classifier: TrainedClassifier, generator: any ImageGenerator, count: Int, firstSeed: UInt64 = 0,
        truncation: Double? = nil, progress: ((Int) -> Void)? = nil
    ) {
        let classes = generator.classNames.count
        self.init(classifier) { classify in
            for start in stride(from: 0, to: count, by: 100) {
                let numbers = start..<min(start + 100, count)
                let latents = generator.latents(
                    forSeeds: numbers.map { firstSeed + UInt64($0) }, truncation: truncation)
                let labels = classes == 0 ? [] : numbers.map { $0 % classes }
                let images = generator.images(latents: latents, labels: classes == 0 ? nil : labels)
                classify(images.storedIn8Bits, labels)
                progress?(numbers.upperBound)
            }
        }
    }

    /// The share of images recognized as their intended class, for each class and overall; nil without intended
    /// classes.
    func recognition(classes: Int) -> (overall: Double, perClass: [Double?])? {
        guard !intended.isEmpty, classes > 0 else { return nil }
        var hits = [Int](repeating: 0, count: classes)
        var totals = hits
        for (meant, seen) in zip(intended, recognized) where meant < classes {
            totals[meant] += 1
            if meant == seen { hits[meant] += 1 }
        }
        let perClass = zip(hits, totals).map { $1 == 0 ? nil : Double($0) / Double($1) }
        return (Double(hits.reduce(0, +)) / Double(max(totals.reduce(0, +), 1)), perClass)
    }
}

/// How good a set of generated images is, measured against real ones in the features of a classifier.
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
    /// Between generated and real images, in this classifier's features.
    public let frechetDistance: Double
    /// Between two sets of real images: what a perfect generator would score.
    public let frechetFloor: Double?
    /// The share of generated images among real ones, 0 … 1; see `PrecisionRecall`.
    public let precision: Double
    /// The share of real images among generated ones, 0 … 1.
    public let recall: Double
    /// The share of all generated images recognized as the requested class; nil for unconditional generators.
    public let recognized: Double?
    /// The share of all real images recognized as their class; nil if they have no classes.
    public let realRecognized: Double?
    /// In the order of the labels; empty without classes.
    public let classes: [ClassFigures]

    /// - Parameters:
    ///   - real: images to compare with, preferably images that were not trained on.
    ///   - otherReal: other real images, for the floor.
    ///   - neighborhoodLimit: the most images of each set that precision and recall compare.
    package init(
        generated: ClassifiedImages, real: ClassifiedImages, otherReal: ClassifiedImages?, classNames: [String],
        neighborhoodLimit: Int = 5_000
    ) {
        generatedCount = generated.count
        realCount = real.count
        let realStatistics = real.statistics
        frechetDistance = generated.statistics.frechetDistance(to: realStatistics)
        frechetFloor = otherReal.map { $0.statistics.frechetDistance(to: realStatistics) }
        let both = PrecisionRecall(
            real: real.features.firstRows(neighborhoodLimit),
            generated: generated.features.firstRows(neighborhoodLimit))
        precision = both.precision
        recall = both.recall
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
            "\(counted(generatedCount, "generated image")) against \(counted(realCount, "real one"))",
            String(format: "Fréchet distance  %.3f", frechetDistance)
                + (frechetFloor.map { String(format: "   (real against real %.3f)", $0) } ?? ""),
            String(format: "precision         %.3f", precision),
            String(format: "recall            %.3f", recall),
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

extension ClassifiedImages {
    fileprivate var statistics: FeatureStatistics {
        FeatureStatistics(features.values, width: features.shape[1])
    }
}

extension Tensor {
    /// Values from −1 to 1, rounded to 8 bits and back.
    fileprivate var storedIn8Bits: Tensor {
        scaled(by: 127.5, plus: 127.5).clamped(to: 0...255).rounded().scaled(by: 1 / 127.5, plus: -1)
    }

    fileprivate func firstRows(_ limit: Int) -> Tensor { slice(axis: 0, from: 0, count: Swift.min(limit, shape[0])) }
}
