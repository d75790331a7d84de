import Layers
import TensorCore

/// A generator ready for use, built from a configuration and loaded with weights.
public final class TrainedGenerator<Configuration: AdversarialConfiguration>: PictureGenerator {
    public let configuration: Configuration
    public let network: any LatentGenerator

    /// - Throws: `LoadError` when the weights are not those of this configuration.
    public init(_ configuration: Configuration, weights: [String: Tensor]) throws {
        self.configuration = configuration
        network = configuration.makeGenerator(random: Random(seed: 0))
        try network.load(weights)
    }

    public var latentSize: Int { network.latentSize }
    public var classNames: [String] { configuration.classNames }
    public var pictureSize: (width: Int, height: Int) {
        (configuration.picture.contentWidth, configuration.picture.contentHeight)
    }
    public var channels: Int { configuration.picture.channels }

    public func pictures(latents: Tensor, labels: [Int]?) -> Tensor {
        configuration.picture.content(of: network(latents, labels: labels ?? [], .inference).detached)
    }
}
