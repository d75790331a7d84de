import Layers
import TensorCore

/// A generator ready for use, built from a configuration and loaded with weights.
public final class TrainedGenerator<Configuration: AdversarialConfiguration>: ImageGenerator {
    /// The networks and how they were trained.
    public let configuration: Configuration
    /// The network with its weights.
    public let network: any LatentGenerator
    private let planned: PlannedNetwork

    /// - Parameter precision: the arithmetic that images are computed in.
    /// - Throws: `LoadError` when the weights are not those of this configuration.
    public init(
        _ configuration: Configuration, weights: [String: Tensor], precision: Precision = .float32
    ) throws {
        self.configuration = configuration
        network = configuration.makeGenerator(random: Random(seed: 0))
        try network.load(weights)
        planned = network.planned(precision)
    }

    /// Numbers in a latent vector.
    public var latentSize: Int { network.latentSize }
    /// In the order of the labels; empty for an unconditional generator.
    public var classNames: [String] { configuration.classNames }
    /// Extent of the images in pixels, without the border that they were trained with.
    public var imageSize: (width: Int, height: Int) {
        (configuration.image.contentWidth, configuration.image.contentHeight)
    }
    /// 1 for gray, 3 for RGB.
    public var channels: Int { configuration.image.channels }

    /// Images `[N, C, H, W]` in [−1, 1], computed in inference: none depends on its neighbors in the batch.
    public func images(latents: Tensor, labels: [Int]?) -> Tensor {
        configuration.image.content(of: planned.images(latents, labels: labels ?? []))
    }
}
