import TensorCore

/// The loss against artifacts of Liang, Zeng & Zhang 2022, "Details or artifacts: a locally discriminative learning
/// approach to realistic image super-resolution": the mean absolute difference of pixels where the image looks like an
/// artifact. Details that a discriminator asks for are left to it.
///
/// - Parameters:
///   - made: the upscaled images, `[N, C, H, W]` from 0 to 1, with sides of 4 pixels or more.
///   - photos: the originals.
///   - steady: what the moving average of the network makes. It has fewer artifacts.
func artifactLoss(_ made: Tensor, _ photos: Tensor, steady: Tensor) -> Tensor {
    let weights = artifactWeights(made.detached, photos.detached, steady: steady.detached)
    return ((made - photos.detached).absolute() * weights).mean()
}

/// How much each pixel looks like an artifact, `[N, 1, H, W]`: the local variance of the residual, times the fifth root
/// of its variance in the whole image; 0 where the average of the network is further from the photo.
func artifactWeights(_ made: Tensor, _ photos: Tensor, steady: Tensor) -> Tensor {
    func residual(_ images: Tensor) -> Tensor { (photos - images).absolute().sum(axes: [1], keepingAxes: true) }
    let (own, other) = (residual(made), residual(steady))
    let whole = own.variance(axes: [1, 2, 3], keepingAxes: true, unbiased: true).power(0.2)
    let weights = own.localVariance(window: artifactWindow) * whole
    return .select(own .>= other, weights, .zeros(weights.shape))
}

/// The side of the window of local variances, in pixels.
private let artifactWindow = 7

extension Tensor {
    /// The unbiased variance of the window around each pixel; borders are reflected.
    fileprivate func localVariance(window: Int) -> Tensor {
        let reach = window / 2
        // Without their mean, squares of the values lose no digits.
        let centered = self - mean(axes: [1, 2, 3], keepingAxes: true)
        let wide = centered.padded(top: reach, bottom: reach, left: reach, right: reach, mode: .reflect)
        let mean = wide.averagePooled(window: window, stride: 1)
        let count = Float(window * window)
        let variance = wide.squared().averagePooled(window: window, stride: 1) - mean.squared()
        return variance.relu().scaled(by: count / (count - 1))
    }
}
