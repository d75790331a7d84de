import Synchronization
import TensorCore

/// Means and variances that several images share, for each layer that would otherwise normalize every image by its own.
/// With them, the tiles of a large image are normalized in the same way and fit together.
///
///     let shared = SharedStatistics()
///     for part in parts { _ = network(part, .applied(imageStatistics: true, shared: .measuring(shared), noise: nil)) }
///     let result = network(part, .applied(imageStatistics: true, shared: .fixed(shared), noise: nil))
package final class SharedStatistics: Sendable {
    /// How a network uses them.
    package struct Use: Sendable {
        let statistics: SharedStatistics
        let isFixed: Bool

        /// Normalizes images by their own statistics, and adds these.
        package static func measuring(_ statistics: SharedStatistics) -> Use {
            Use(statistics: statistics, isFixed: false)
        }

        /// Normalizes images by the measured statistics.
        package static func fixed(_ statistics: SharedStatistics) -> Use { Use(statistics: statistics, isFixed: true) }
    }

    /// Sums over all images, for each channel of one layer.
    private struct Sums {
        var means: [Double]
        var squares: [Double]
        var images = 0
    }

    private let layers = Mutex<[ObjectIdentifier: Sums]>([:])

    /// Nothing measured yet.
    package init() {}

    /// - Parameter mean, variance: of `[N · C]` values, image by image.
    func add(mean: Tensor, variance: Tensor, channels: Int, of layer: ObjectIdentifier) {
        let (means, variances) = (mean.values, variance.values)
        layers.withLock { layers in
            let nothing = [Double](repeating: 0, count: channels)
            var sums = layers[layer] ?? Sums(means: nothing, squares: nothing)
            for (i, (mean, variance)) in zip(means, variances).enumerated() {
                sums.means[i % channels] += Double(mean)
                sums.squares[i % channels] += Double(variance) + Double(mean) * Double(mean)
            }
            sums.images += means.count / channels
            layers[layer] = sums
        }
    }

    /// Mean and variance over all measured images; nil for a layer without measurements.
    func moments(of layer: ObjectIdentifier) -> (mean: Tensor, variance: Tensor)? {
        guard let sums = layers.withLock({ $0[layer] }), sums.images > 0 else { return nil }
        let count = Double(sums.images)
        let means = sums.means.map { $0 / count }
        let variances = zip(sums.squares, means).map { max($0 / count - $1 * $1, 0) }
        let shape: Shape = [means.count]
        return (Tensor(means.map { Float($0) }, shape: shape), Tensor(variances.map { Float($0) }, shape: shape))
    }
}

extension Tensor {
    /// Normalizes every channel of every image by its own mean and variance, or by shared ones.
    func normalizedByImage(
        for layer: any Layer, gamma: Tensor?, beta: Tensor?, epsilon: Float, _ mode: ForwardMode,
        then activation: Activation
    ) -> Tensor {
        let identity = ObjectIdentifier(layer)
        let shared = mode.sharedStatistics
        if let shared, shared.isFixed, let moments = shared.statistics.moments(of: identity) {
            return normalized(by: moments, gamma: gamma, beta: beta, epsilon: epsilon).activated(by: activation)
        }
        var observer: (@Sendable (Tensor, Tensor) -> Void)?
        if let shared, !shared.isFixed {
            let channels = shape[1]
            observer = { shared.statistics.add(mean: $0, variance: $1, channels: channels, of: identity) }
        }
        return instanceNormalized(gamma: gamma, beta: beta, epsilon: epsilon, then: activation, observer: observer)
    }

    /// Every channel normalized by a given mean and variance, `[C]` each.
    func normalized(
        by moments: (mean: Tensor, variance: Tensor), gamma: Tensor?, beta: Tensor?, epsilon: Float
    ) -> Tensor {
        let inverse = (moments.variance + epsilon).power(-0.5)
        let scale = gamma.map { $0 * inverse } ?? inverse
        let shift = -moments.mean * scale
        return channelAffine(scale: scale, shift: beta.map { $0 + shift } ?? shift)
    }
}
