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

    private func featuresName(channels: Int, in models: ModelStore) throws -> String? {
        let usual = ModelStore.imageFeaturesName
        if let features { return features.isEmpty ? nil : features == "imagenet" ? usual : features }
        return channels >= 3 && (try? models.find(usual)) != nil ? usual : nil
    }
}
