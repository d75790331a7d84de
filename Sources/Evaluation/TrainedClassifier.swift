import Layers
import TensorCore
import Training

/// A classifier ready for use: what recognizes images and measures how alike two sets of them are.
public final class TrainedClassifier {
    /// The network and how it was trained.
    public let configuration: ClassifierConfiguration
    /// The network with its weights.
    public let network: Classifier

    /// - Throws: `LoadError` when the weights are not those of this configuration.
    public init(_ configuration: ClassifierConfiguration, weights: [String: Tensor]) throws {
        self.configuration = configuration
        network = Classifier(configuration, random: Random(seed: 0))
        try network.load(weights)
    }

    /// In the order of the labels.
    public var classNames: [String] { configuration.classNames }

    /// Features and recognized classes of images.
    ///
    /// - Parameter images: `[N, C, H, W]` in [−1, 1], of any size: images of the classifier's own content size get
    ///   back the border that they were trained with, others are resampled; gray becomes RGB and back as needed.
    /// - Returns: features `[N, featureSize]`, and for each image the class index with the largest logit.
    public func judge(_ images: Tensor) -> (features: Tensor, classes: [Int]) {
        let features = network.features(fitted(images), .inference).detached
        return (features, network.logits(features: features, .inference).argmax())
    }

    private func fitted(_ images: Tensor) -> Tensor {
        let format = configuration.image
        var x = images
        if x.shape[1] != format.channels {
            x = format.channels == 1
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
