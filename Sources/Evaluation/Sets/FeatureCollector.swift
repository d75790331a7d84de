import ImageData
import ImageFiles
import TensorCore

/// Collects the features of images, one image at a time.
package struct FeatureCollector {
    private static let batchSize = 32
    private let networks: EvaluationNetworks
    private let channels: Int
    private var waiting: [Tensor] = []
    private var rows: [Tensor] = []

    /// - Parameters:
    ///   - networks: the networks that look at the images.
    ///   - channels: 1 or 3; images are converted.
    package init(_ networks: EvaluationNetworks, channels: Int) {
        (self.networks, self.channels) = (networks, channels)
    }

    /// Adds an image; all images must have the same size.
    package mutating func add(_ image: Image) {
        waiting.append(Tensor(image, channels: channels))
        if waiting.count == Self.batchSize { look() }
    }

    /// The features of all images so far, `[N, width]`.
    package mutating func features() -> Tensor {
        look()
        return rows.isEmpty ? .zeros([0, networks.width]) : .concatenated(rows)
    }

    private mutating func look() {
        guard !waiting.isEmpty else { return }
        rows.append(networks.observe(Tensor.concatenated(waiting)).features)
        waiting = []
    }
}
