import Layers
import Models
import TensorCore

/// ImageNet's features of images, in which sets of images are compared.
///
///     let features = try Model.load("imagenet-features", from: store).imageFeatures()
///     let vectors = features(images)          // [N, 1280]
package final class ImageFeatures: Sendable {
    /// The network with its weights.
    package let network: EfficientNet
    private let planned: PlannedNetwork

    /// - Parameter network: the network with its weights.
    package init(_ network: EfficientNet) {
        self.network = network
        planned = PlannedNetwork(of: network) { network.features($0[0], .inference) }
    }

    /// The number of values in a feature vector.
    package var width: Int { EfficientNet.width }

    /// Feature vectors of images.
    ///
    /// - Parameter images: `[N, 1 or 3, H, W]` in [−1, 1]. They are resized to 224 × 224 pixels, bicubic with
    ///   antialiasing (Parmar et al. 2022).
    /// - Returns: `[N, 1280]`, without history.
    package func callAsFunction(_ images: Tensor) -> Tensor {
        let side = EfficientNet.side
        let resized =
            images.shape[2] == side && images.shape[3] == side
            ? images : images.resized(height: side, width: side, .bicubic, antialiased: true).clamped(to: -1...1)
        return planned(resized.detached)
    }
}

extension ModelStore {
    /// The name of the shipped features.
    package static let imageFeaturesName = "imagenet-features"
}

extension Model {
    /// The model as the features of images.
    ///
    /// - Throws: `ModelError` if the model has another kind or its weights do not fit.
    package func imageFeatures() throws(ModelError) -> ImageFeatures {
        let network: EfficientNet = try built(for: .measure)
        return ImageFeatures(network)
    }
}

/// EfficientNet as the network of a perceptual loss.
extension EfficientNet: PerceptualNetwork {
    /// The activations of all levels; the finest, which sees little more than pixels, has a tenth of the weight. The
    /// weights make the loss about as large as in a classifier's normalized features.
    package func perceptualFeatures(_ images: Tensor, _ mode: ForwardMode) -> [(features: Tensor, weight: Float)] {
        activations(images.scaled(by: 2, plus: -1), mode).enumerated().map { ($1, $0 == 0 ? 0.007 : 0.07) }
    }
}
