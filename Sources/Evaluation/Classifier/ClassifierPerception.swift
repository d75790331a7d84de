import Layers
import TensorCore

/// A classifier as the network of a perceptual loss: its stages accept images of any size.
extension Classifier: PerceptualNetwork {
    /// The features of each stage before its activation and before the image is halved, normalized by the stage itself.
    /// The first stage, which sees little more than pixels, has a tenth of the weight.
    package func perceptualFeatures(_ images: Tensor, _ mode: ForwardMode) -> [(features: Tensor, weight: Float)] {
        var h = images.scaled(by: 2, plus: -1)
        if let wanted = stages.first?.inputs, wanted != h.shape[1] {
            h =
                wanted == 1
                ? h.mean(axes: [1], keepingAxes: true)
                : h.mean(axes: [1], keepingAxes: true).broadcast(to: h.shape.replacing(1, with: wanted))
        }
        var found: [(features: Tensor, weight: Float)] = []
        for (place, stage) in stages.enumerated() where min(h.shape[2], h.shape[3]) >= 2 {
            let features = stage.features(h, mode)
            found.append((features, place == 0 ? 0.1 : 1))
            h = features.relu().maxPooled(window: 2)
        }
        return found
    }
}
