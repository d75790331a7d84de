import Layers
import Models
import TensorCore

/// A classifier ready for use: it recognizes images and provides the features in which sets of images are compared.
package final class TrainedClassifier: Sendable {
    /// The network with its weights.
    package let network: Classifier
    /// The images that it was trained on.
    package let image: ImageShape
    /// In the order of the labels.
    package let classNames: [String]

    /// - Parameter image: the images that the network was trained on.
    package init(_ network: Classifier, image: ImageShape, classNames: [String]) {
        self.network = network
        self.image = image
        self.classNames = classNames
    }

    /// The size of a feature vector.
    package var featureSize: Int { network.hidden.weight.shape[0] }

    /// Features and recognized classes of images.
    ///
    /// - Parameter images: `[N, C, H, W]` in [−1, 1], of any size. Images of the classifier's content size get the
    ///   border of the training again; others are resampled. Gray becomes RGB, and RGB gray, as needed.
    /// - Returns: features `[N, featureSize]`, and for each image the class index with the largest logit.
    package func classify(_ images: Tensor) -> (features: Tensor, classes: [Int]) {
        let features = network.features(fitted(images), .inference).detached
        return (features, network.logits(features: features, .inference).argmax())
    }

    private func fitted(_ images: Tensor) -> Tensor {
        let format = image
        var x = images
        if x.shape[1] != format.channels {
            x =
                format.channels == 1
                ? x.mean(axes: [1], keepingAxes: true)
                : x.mean(axes: [1], keepingAxes: true).broadcast(to: x.shape.replacing(1, with: format.channels))
        }
        if x.shape[2] == format.size && x.shape[3] == format.size { return x }
        if x.shape[2] != format.contentHeight || x.shape[3] != format.contentWidth {
            x = x.resized(height: format.contentHeight, width: format.contentWidth, .bilinear, antialiased: true)
        }
        return format.bordered(x)
    }
}

extension Model {
    /// The model as a classifier.
    ///
    /// - Throws: `ModelError` if the model has another kind or its weights do not fit.
    package func classifier() throws(ModelError) -> TrainedClassifier {
        let classifier: Classifier = try built(for: .classify)
        guard let image = facts.image else {
            throw .unloadable(name: name, reason: "nothing is said of the images that it recognizes")
        }
        return TrainedClassifier(classifier, image: image, classNames: classNames)
    }
}
