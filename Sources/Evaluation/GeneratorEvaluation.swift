import Foundation
import ImageData
import TensorCore
import Training

/// Pictures as a classifier sees them: features, recognised classes, and the classes they were meant to be of.
public struct JudgedPictures {
    /// `[N, featureSize]`.
    public let features: Tensor
    /// The class with the largest logit for each of the N.
    public let recognised: [Int]
    /// Empty when nothing was meant.
    public let intended: [Int]

    /// How many pictures were judged.
    public var count: Int { recognised.count }

    /// Pictures that were judged before.
    package init(features: Tensor, recognised: [Int], intended: [Int]) {
        self.features = features
        self.recognised = recognised
        self.intended = intended
    }

    /// Judges pictures that come in batches.
    ///
    /// - Parameter batches: calls its argument with pictures `[N, C, H, W]` in [−1, 1] and their labels, batch by batch.
    public init(
        _ classifier: TrainedClassifier, batches: ((Tensor, [Int]) -> Void) throws -> Void
    ) rethrows {
        var features: [Tensor] = []
        var recognised: [Int] = []
        var intended: [Int] = []
        try batches { pictures, labels in
            let (rows, classes) = classifier.judge(pictures)
            features.append(rows)
            recognised += classes
            intended += labels
        }
        self.features =
            features.isEmpty
            ? .zeros([0, classifier.configuration.featureSize]) : Tensor.concatenated(features)
        self.recognised = recognised
        self.intended = intended
    }

    /// Judges `count` pictures of a generator, the classes in turn; picture `i` comes from seed `firstSeed + i`. They
    /// are judged as they would be written to files, with eight bits a sample, as the real ones are.
    public init(
        _ classifier: TrainedClassifier, generator: any PictureGenerator, count: Int, firstSeed: UInt64 = 0,
        truncation: Double? = nil, progress: ((Int) -> Void)? = nil
    ) {
        let classes = generator.classNames.count
        self.init(classifier) { judge in
            for start in stride(from: 0, to: count, by: 100) {
                let numbers = start..<min(start + 100, count)
                let latents = generator.latents(
                    forSeeds: numbers.map { firstSeed + UInt64($0) }, truncation: truncation)
                let labels = classes == 0 ? [] : numbers.map { $0 % classes }
                let pictures = generator.pictures(latents: latents, labels: classes == 0 ? nil : labels)
                judge(pictures.storedIn8Bits, labels)
                progress?(numbers.upperBound)
            }
        }
    }

    /// The share of pictures of each intended class, and of all, recognised as what they were meant to be; nil when
    /// nothing was meant.
    func recognition(classes: Int) -> (overall: Double, perClass: [Double?])? {
        guard !intended.isEmpty, classes > 0 else { return nil }
        var hits = [Int](repeating: 0, count: classes)
        var totals = hits
        for (meant, seen) in zip(intended, recognised) where meant < classes {
            totals[meant] += 1
            if meant == seen { hits[meant] += 1 }
        }
        let perClass = zip(hits, totals).map { $1 == 0 ? nil : Double($0) / Double($1) }
        return (Double(hits.reduce(0, +)) / Double(max(totals.reduce(0, +), 1)), perClass)
    }
}

/// How good a set of generated pictures is, measured against real ones in the features of a classifier.
public struct GeneratorEvaluation: Codable, Sendable {
    /// The figures of one class.
    public struct ClassFigures: Codable, Sendable {
        /// The class.
        public let name: String
        /// The share of generated pictures asked as this class that are recognised as it; nil when none was asked.
        public let recognised: Double?
        /// The same of real pictures.
        public let realRecognised: Double?
    }

    /// Generated pictures that were judged.
    public let generatedCount: Int
    /// Real pictures that they were measured against.
    public let realCount: Int
    /// Between generated and real pictures, in this classifier's features.
    public let frechetDistance: Double
    /// Between two sets of real pictures: what a perfect generator would score.
    public let frechetFloor: Double?
    /// The share of generated pictures among real ones, 0 … 1; see ``PrecisionRecall``.
    public let precision: Double
    /// The share of real pictures among generated ones, 0 … 1.
    public let recall: Double
    /// The share of all generated pictures recognised as the class asked for; nil for unconditional generators.
    public let recognised: Double?
    /// The share of all real pictures recognised as their class; nil when they carry no classes.
    public let realRecognised: Double?
    /// In the order of the labels; empty without classes.
    public let classes: [ClassFigures]

    /// - Parameters:
    ///   - real: pictures to be measured against, best ones that were not trained on.
    ///   - otherReal: other real pictures, for the floor.
    ///   - neighbourhoodLimit: precision and recall compare at most so many pictures of each set.
    public init(
        generated: JudgedPictures, real: JudgedPictures, otherReal: JudgedPictures?, classNames: [String],
        neighbourhoodLimit: Int = 5_000
    ) {
        generatedCount = generated.count
        realCount = real.count
        let realStatistics = real.statistics
        frechetDistance = generated.statistics.frechetDistance(to: realStatistics)
        frechetFloor = otherReal.map { $0.statistics.frechetDistance(to: realStatistics) }
        let both = PrecisionRecall(
            real: real.features.firstRows(neighbourhoodLimit),
            generated: generated.features.firstRows(neighbourhoodLimit))
        precision = both.precision
        recall = both.recall
        let generatedShares = generated.recognition(classes: classNames.count)
        let realShares = real.recognition(classes: classNames.count)
        recognised = generatedShares?.overall
        realRecognised = realShares?.overall
        classes = classNames.enumerated().map { index, name in
            ClassFigures(
                name: name, recognised: generatedShares?.perClass[index], realRecognised: realShares?.perClass[index])
        }
    }

    /// The figures as a person reads them.
    public var text: String {
        func percent(_ share: Double?) -> String { share.map { String(format: "%5.1f %%", $0 * 100) } ?? "    –  " }
        var lines = [
            "\(generatedCount) generated pictures against \(realCount) real ones",
            String(format: "Fréchet distance  %.3f", frechetDistance)
                + (frechetFloor.map { String(format: "   (real against real %.3f)", $0) } ?? ""),
            String(format: "precision         %.3f", precision),
            String(format: "recall            %.3f", recall),
        ]
        if recognised != nil {
            lines.append(
                "recognised as the class asked for \(percent(recognised))   (real pictures \(percent(realRecognised)))")
            let width = classes.map(\.name.count).max() ?? 0
            for figures in classes {
                let name = figures.name.padding(toLength: width, withPad: " ", startingAt: 0)
                lines.append("  \(name)  \(percent(figures.recognised))   (real \(percent(figures.realRecognised)))")
            }
        }
        return lines.joined(separator: "\n")
    }
}

extension JudgedPictures {
    fileprivate var statistics: FeatureStatistics {
        FeatureStatistics(features.values, width: features.shape[1])
    }
}

extension Tensor {
    /// Values from −1 to 1 as they come back from a file of eight bits a sample.
    fileprivate var storedIn8Bits: Tensor {
        scaled(by: 127.5, plus: 127.5).clamped(to: 0...255).rounded().scaled(by: 1 / 127.5, plus: -1)
    }

    fileprivate func firstRows(_ limit: Int) -> Tensor { slice(axis: 0, from: 0, count: Swift.min(limit, shape[0])) }
}
