import Evaluation
import Features
import Models

extension EvaluationOptions {
    /// The networks that look at images with some channels; nil if none is asked for and none suits.
    ///
    /// - Parameters:
    ///   - channels: of the images: 1 to 4.
    ///   - models: where models are looked for.
    /// - Throws: ``RequestError`` when there is no model of a name, `ModelError` when one is broken or of another kind.
    func networks(channels: Int, in models: ModelStore) throws -> EvaluationNetworks? {
        let recognizing = try classifier.map { name -> (name: String, network: TrainedClassifier) in
            let model = try models.requested(name, for: .classify)
            return (model.name, try model.classifier())
        }
        if let name = try featuresName(channels: channels, in: models) {
            let model = try models.requested(name, for: .measure)
            return EvaluationNetworks(
                try model.imageFeatures(), name: model.name, classifier: recognizing?.network)
        }
        return recognizing.map { EvaluationNetworks($0.network, name: $0.name) }
    }

    /// The distance of images in ImageNet's activations; nil if they are not wanted or not found.
    ///
    /// - Throws: ``RequestError`` when there is no model of a name, `ModelError` when one is broken or of another kind.
    func featureDistance() throws -> FeatureDistance? {
        guard let name = try featuresName(channels: 3, in: store) else { return nil }
        return FeatureDistance(try store.requested(name, for: .measure).imageFeatures().network)
    }

    private func featuresName(channels: Int, in models: ModelStore) throws -> String? {
        let usual = ModelStore.imageFeaturesName
        if let features { return features.isEmpty ? nil : features == "imagenet" ? usual : features }
        return channels >= 3 && (try? models.find(usual)) != nil ? usual : nil
    }
}
