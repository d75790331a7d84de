import ImageData
import ImageFiles
import TensorCore

/// Gathers the features that a classifier sees in images, as they come one by one.
package struct FeatureCollector {
    private static let batchSize = 32
    private let judge: TrainedClassifier
    private var waiting: [Tensor] = []
    private var features: [Float] = []

    package init(_ judge: TrainedClassifier) { self.judge = judge }

    /// Takes in an image; all of them have one extent.
    package mutating func add(_ image: Image) {
        waiting.append(Tensor(image, channels: judge.image.channels))
        if waiting.count == Self.batchSize { look() }
    }

    /// Mean and covariance of the features of all images so far.
    package mutating func statistics() -> FeatureStatistics {
        look()
        return FeatureStatistics(features, width: judge.featureSize)
    }

    private mutating func look() {
        guard !waiting.isEmpty else { return }
        features += judge.judge(Tensor.concatenated(waiting)).features.values
        waiting = []
    }
}
