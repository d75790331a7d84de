import Layers
import Models
import TensorCore

/// A generator that turns an image into another of the same extent.
public protocol TranslationGenerator: Layer {
    /// What height and width of its images have to be multiples of.
    var multiple: Int { get }
    /// What normalizes its activations.
    var normalization: NormalizationKind { get }
}

/// Which generator a translator is and how large: all that training needs to build it.
public struct TranslatorArchitecture: Codable, Sendable, Hashable {
    /// An architecture by its name.
    public struct Network: RawRepresentable, Codable, Sendable, Hashable {
        /// The name.
        public let rawValue: String
        /// The architecture.
        public let architecture: Architecture

        /// Halvings and doublings with connections across (Isola et al. 2017).
        public static let unet = Network(.unet)
        /// Residual blocks at a quarter of the resolution (Johnson et al. 2016).
        public static let resnet = Network(.resnet)

        init(_ architecture: Architecture) { (rawValue, self.architecture) = (architecture.id, architecture) }

        /// Nil where no translator has the name.
        public init?(rawValue: String) {
            let architectures: [Architecture] = .translators
            guard let found = architectures.named(rawValue, kind: ModelFamily.translator.kind) else { return nil }
            self.init(found)
        }

        /// Whether both are the same architecture.
        public static func == (a: Network, b: Network) -> Bool { a.rawValue == b.rawValue }
        /// Feeds the name.
        public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
    }

    /// The family of networks.
    public var network: Network = .unet
    /// Levels of a U-Net, residual blocks of a ResNet.
    public var depth = 8
    /// Channels after the first convolution (`ngf`).
    public var width = 64
    /// Channels of the image that comes in.
    public var inputChannels = 3
    /// Channels of the image that goes out.
    public var outputChannels = 3
    /// What normalizes activations.
    public var normalization: NormalizationKind = .batch
    /// Whether the network holds dropout, the noise source of the paper.
    public var dropout = true
    /// How planes are doubled.
    public var upsampling: Upsampling = .transposed

    /// The paper's generator for 256×256 images, `unet_256`.
    public init() {}

    /// The network of these sizes, with the usual use.
    public var configuration: NetworkConfiguration { configuration(using: TranslatorParameters(self)) }

    /// - Parameter parameters: those of these sizes, with another use.
    func configuration(using parameters: TranslatorParameters) -> NetworkConfiguration {
        NetworkConfiguration(network.architecture, parameters)
    }

    /// The sizes of a network that was read; nil for one that translates no images.
    public init?(_ configuration: NetworkConfiguration) {
        guard let parameters = configuration.parameters as? TranslatorParameters else { return nil }
        network = Network(configuration.architecture)
        (depth, width) = (parameters.depth, parameters.width)
        (inputChannels, outputChannels) = (parameters.inputChannels, parameters.outputChannels)
        (normalization, dropout) = (parameters.normalization, parameters.dropout)
        upsampling = parameters.upsampling
    }

    /// A generator with fresh weights drawn from `random`.
    public func makeGenerator(random: Random) -> any TranslationGenerator { configuration.network(random: random) }

    /// What height and width of images have to be multiples of.
    public var multiple: Int { configuration.multiple }

    /// The names that the field has for common sizes, such as `unet_256` and `resnet_9blocks`.
    public var name: String { network == .unet ? "unet_\(1 << depth)" : "resnet_\(depth)blocks" }

    /// The architecture of such a name, otherwise of the usual make; nil when the name is not known.
    public init?(named name: String) {
        self.init()
        if let side = Int(name.trimmingPrefix("unet_")), name.hasPrefix("unet_"), (4...1024).contains(side),
            side.nonzeroBitCount == 1
        {
            depth = side.trailingZeroBitCount
        } else if name.hasPrefix("resnet_"), name.hasSuffix("blocks"),
            let blocks = Int(name.dropFirst(7).dropLast(6)), (1...64).contains(blocks)
        {
            network = .resnet
            depth = blocks
            normalization = .instance
            dropout = false
        } else {
            return nil
        }
    }
}
