import Evaluation
import ImageData
import Models
import Training

/// A classifier that measures a generator while it learns.
public struct GeneratorEvaluator: Sendable {
    /// The classifier: a name or a folder.
    public var classifier: String
    /// Images made for an evaluation.
    public var count: Int

    /// Two thousand images unless it is said otherwise.
    public init(_ classifier: String, count: Int = 2000) {
        self.classifier = classifier
        self.count = count
    }

    /// An evaluator that compares a generator with the test images of a dataset, or with the training images if there
    /// are none.
    func metrics(_ data: DataChoice, in store: ModelStore) throws -> (any ImageGenerator) throws -> [String: Double] {
        let model = try Model.load(classifier, from: store)
        let network = try model.classifier()
        let networks = EvaluationNetworks(network, name: model.name)
        let dataset = try data.openTest() ?? data.open()
        let format = network.image
        let loader = BatchLoader(dataset, size: format.size, channels: format.channels, batch: 100, seed: 0)
        let count = count
        var real: ObservedImages?
        return { generator in
            let known =
                try real
                ?? ObservedImages(networks) { body in
                    try loader.forEachBatch(limit: max(count, 5000)) { body($0.images, $0.labels) }
                }
            real = known
            let figures = GeneratorEvaluation(
                generated: try ObservedImages(networks, generator: generator, count: count, firstSeed: 1_000_000),
                real: known, otherReal: nil, classNames: generator.classNames,
                features: networks.featuresName, neighborhoodLimit: 1000)
            var named = [
                "frechet": figures.frechetDistance, "precision": figures.precision, "recall": figures.recall,
            ]
            named["kernel"] = figures.kernelDistance
            named["recognized"] = figures.recognized
            return named
        }
    }
}
