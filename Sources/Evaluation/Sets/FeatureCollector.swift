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
    private var classes: [Int] = []

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

    /// The share of all images so far that the classifier recognizes as what they should show; nil without a
    /// classifier, or if it does not know any of the names.
    ///
    /// - Parameter names: the class of each image, in order; nil for an image without one.
    package mutating func recognized(as names: [String?]) -> Double? {
        look()
        let known = networks.classNames
        let hits = zip(names, classes).compactMap { name, seen in
            name.flatMap { known.firstIndex(of: $0) }.map { $0 == seen }
        }
        return hits.isEmpty ? nil : Double(hits.count { $0 }) / Double(hits.count)
    }

    private mutating func look() {
        guard !waiting.isEmpty else { return }
        let (features, seen) = networks.observe(Tensor.concatenated(waiting))
        rows.append(features)
        classes += seen
        waiting = []
    }
}
