import ImageData
import ImageFiles
import TensorCore

/// Collects the classifier's features of images, one image at a time.
package struct FeatureCollector {
    private static let batchSize = 32
    private let classifier: TrainedClassifier
    private var waiting: [Tensor] = []
    private var features: [Float] = []

    package init(_ classifier: TrainedClassifier) { self.classifier = classifier }

    /// Adds an image; all images must have the same size.
    package mutating func add(_ image: Image) {
        waiting.append(Tensor(image, channels: classifier.image.channels))
        if waiting.count == Self.batchSize { look() }
    }

    /// Mean and covariance of the features of all images so far.
    package mutating func statistics() -> FeatureStatistics {
        look()
        return FeatureStatistics(features, width: classifier.featureSize)
    }

    private mutating func look() {
        guard !waiting.isEmpty else { return }
        features += classifier.classify(Tensor.concatenated(waiting)).features.values
        waiting = []
    }
}
