import TensorCore

/// A trained network whose activations measure differences between images more as people do than pixels.
public protocol PerceptualNetwork: Module {
    /// Activations at several depths, with their weights in the loss.
    ///
    /// - Parameters:
    ///   - images: `[N, C, H, W]` from 0 to 1.
    ///   - mode: training, calibration or inference.
    func perceptualFeatures(_ images: Tensor, _ mode: ForwardMode) -> [(features: Tensor, weight: Float)]
}

extension PerceptualNetwork {
    /// The weighted sum of the mean absolute differences of all activations (Johnson et al. 2016, with the distance of
    /// Wang et al. 2018). Gradients flow to `x` only.
    public func perceptualLoss(_ x: Tensor, _ y: Tensor, _ precision: Precision = .float32) -> Tensor {
        let target = perceptualFeatures(y.detached, .inference(precision))
        let terms = zip(perceptualFeatures(x, .inference(precision)), target).map { own, other in
            l1Loss(own.features, other.features.detached).scaled(by: own.weight)
        }
        return terms.dropFirst().reduce(terms[0], +)
    }
}
