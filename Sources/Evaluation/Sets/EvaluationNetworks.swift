import Features
import Models
import TensorCore

/// The networks that look at images in an evaluation: one whose features are compared, and a classifier if classes are
/// to be recognized.
package struct EvaluationNetworks: Sendable {
    /// The name of the features, for cards and reports: figures in different features cannot be compared.
    package let featuresName: String
    /// Recognizes classes; nil if nothing does.
    package let classifier: TrainedClassifier?
    private let features: ImageFeatures?

    /// ImageNet's features, as suits color images.
    ///
    /// - Parameters:
    ///   - features: the features.
    ///   - name: their name.
    ///   - classifier: recognizes classes; nil if nothing does.
    package init(_ features: ImageFeatures, name: String, classifier: TrainedClassifier?) {
        (featuresName, self.features, self.classifier) = (name, features, classifier)
    }

    /// The features of a classifier, as suits images that are like no photo.
    package init(_ classifier: TrainedClassifier, name: String) {
        (featuresName, features, self.classifier) = (name, nil, classifier)
    }

    /// The distance of single images in the activations of ImageNet's network; nil in the features of a classifier.
    package var distance: FeatureDistance? { features.map { FeatureDistance($0.network) } }

    /// The classes that are recognized, in the order of the labels.
    package var classNames: [String] { classifier?.classNames ?? [] }

    /// The images that the features were learned on, if only such are seen rightly.
    package var image: ImageShape? { features == nil ? classifier?.image : nil }

    /// The number of values in a feature vector.
    package var width: Int { features?.width ?? classifier?.featureSize ?? 0 }

    /// Features and recognized classes of images.
    ///
    /// - Parameter images: `[N, 1 or 3, H, W]` in [−1, 1], of any size.
    /// - Returns: features `[N, width]`; the recognized class of each image, or none without a classifier.
    func observe(_ images: Tensor) -> (features: Tensor, classes: [Int]) {
        guard let features else {
            return classifier?.classify(images) ?? (.zeros([images.shape[0], 0]), [])
        }
        return (features(images), classifier?.classify(images).classes ?? [])
    }
}
