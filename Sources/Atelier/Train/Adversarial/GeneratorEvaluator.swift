import Evaluation
import ImageData
import Models
import Training

/// Measures a generator while it learns.
public struct GeneratorEvaluator: Sendable {
    /// A classifier, by name or folder, that recognizes the classes of generated images; nil if nothing does.
    public var classifier: String?
    /// The features in which sets of images are compared, as in ``EvaluationOptions/features``.
    public var features: String?
    /// Images made for an evaluation.
    public var count: Int

    /// Two thousand images unless it is said otherwise.
    public init(_ classifier: String? = nil, features: String? = nil, count: Int = 2000) {
        self.classifier = classifier
        self.features = features
        self.count = count
    }

    /// What measured a run before it goes on, where nothing else is asked for; nil if nothing did, or if its features are
    /// not found.
    init?(recorded: TrainingOptions?, in store: ModelStore) {
        guard let recorded, recorded.evaluateEvery > 0, let name = recorded.features,
            let model = try? store.requested(name)
        else { return nil }
        self = model.task == .classify ? GeneratorEvaluator(name) : GeneratorEvaluator(features: name)
    }

    /// What is measured in a run.
    struct Evaluation {
        /// The metrics of a generator by their names.
        let metrics: (any ImageGenerator) throws -> [String: Double]
        /// The name of the features; nil as in the records of version 0.1.
        let featuresName: String?
        /// The metric that chooses the best model.
        let bestMetric: String
    }

    /// Compares generators with the training images: the test images must not choose the model that they measure. A
    /// run of version 0.1 goes on as it began, with the test images in the features of the classifier, because its best
    /// figure must stay comparable.
    ///
    /// - Throws: ``RequestError`` if there is no model of a name, or no features.
    func evaluation(
        of image: ImageShape, on data: DataChoice, recorded: TrainingOptions?, in store: ModelStore,
        ranks: TrainingRanks
    ) throws -> Evaluation {
        let isFormer = recorded.map { $0.bestMetric != nil && $0.features == nil } ?? false
        var options = EvaluationOptions(classifier: classifier)
        // The features of a classifier are recorded by its name, too.
        let own = try classifier.map { try store.requested($0, for: .classify).name }
        let isOwn = isFormer || own != nil && own == recorded?.features
        options.features = isOwn ? "" : recorded?.features ?? features
        guard let networks = try options.networks(channels: image.channels, in: store) else {
            throw RequestError(EvaluationError.classifierNeeded.description)
        }
        let dataset = isFormer ? try data.openTest() ?? data.open() : try data.open()
        let size = ImageSize(width: image.contentWidth, height: image.contentHeight)
        let count = count
        var real: ObservedImages?
        func metrics(_ generator: any ImageGenerator) throws -> [String: Double] {
            let generated = try ObservedImages.together(
                ranks, networks, generator: generator, count: count, firstSeed: 1_000_000)
            guard ranks.isFirst else { return [:] }
            let known = try real ?? dataset.observed(by: networks, size: size, limit: max(count, 5000), "real images")
            real = known
            let figures = GeneratorEvaluation(
                generated: generated, real: known, otherReal: nil, classNames: generator.classNames,
                features: networks.featuresName, neighborhoodLimit: 1000)
            var named = [
                "frechet": figures.frechetDistance, "precision": figures.precision, "recall": figures.recall,
            ]
            named["kernel"] = figures.kernelDistance
            named["recognized"] = figures.recognized
            return named
        }
        return Evaluation(
            metrics: metrics, featuresName: isFormer ? nil : networks.featuresName,
            bestMetric: networks.image == nil ? "kernel" : "frechet")
    }
}
