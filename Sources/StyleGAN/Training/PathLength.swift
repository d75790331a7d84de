import Layers
import TensorCore

/// The path-length penalty (Karras et al. 2020, section 3.2): a step of fixed length in the styles should change images
/// by a fixed amount.
struct PathLength {
    /// Moving average of the lengths, toward which they are drawn.
    var mean: Float = 0
    /// The share of each new mean in it.
    static let decay: Float = 0.01

    /// The length of each image's path, `[N]`: the root mean square over the layers of ‖∂(images · noise)/∂style‖.
    ///
    /// - Parameters:
    ///   - images: `[N, C, H, W]`, computed from `styles`.
    ///   - styles: `[N, layers, styleSize]`.
    ///   - noise: of the images' shape, with a deviation of 1 / √(H · W).
    static func lengths(of images: Tensor, at styles: Tensor, noise: Tensor) -> Tensor {
        guard let slopes = gradients(of: (images * noise).sum(), at: [styles], createGraph: true)[0] else {
            preconditionFailure("path length: the images were not computed from the styles")
        }
        return slopes.squared().sum(axes: [2]).mean(axes: [1]).squareRoot()
    }

    /// The mean square of the lengths' distances from their next moving average, and that average.
    func penalty(_ lengths: Tensor) -> (penalty: Tensor, mean: Float) {
        let next = lengths.mean().scaled(by: Self.decay) + mean * (1 - Self.decay)
        return ((lengths - next).squared().mean(), next.item)
    }

    /// Takes over the next moving average, the mean of those of all shards of a batch.
    mutating func follow(_ means: [[Double]]) {
        mean = Float(means.reduce(0) { $0 + $1[0] } / Double(max(means.count, 1)))
    }
}
