import FastGAN
import ImageData
import Layers
import Models
import TensorCore

/// A generator that translates an image to another of the same size.
package protocol TranslationGenerator: Layer {
    /// The number of which height and width of its images must be multiples.
    var multiple: Int { get }
    /// The normalization of its activations.
    var normalization: NormalizationKind { get }
    /// The side of the images that it computes with, to which all others are resized; nil if it computes with any.
    var side: Int? { get }
}

extension TranslationGenerator {
    /// Any.
    package var side: Int? { nil }
}

/// The architecture of a translator's generator: everything that training needs to build it.
public struct TranslatorArchitecture: Codable, Sendable, Hashable {
    /// An architecture by its name.
    public struct Network: RawRepresentable, Codable, Sendable, Hashable {
        /// The name.
        public let rawValue: String
        /// The architecture.
        package let architecture: Architecture

        /// Halvings and doublings with skip connections (Isola et al. 2017).
        public static let unet = Network(.unet)
        /// Residual blocks at a quarter of the resolution (Johnson et al. 2016).
        public static let resnet = Network(.resnet)
        /// FastGAN's generator, guided by the drawing.
        public static let guided = Network(.guided)

        init(_ architecture: Architecture) { (rawValue, self.architecture) = (architecture.id, architecture) }

        /// Nil if no translator has the name.
        public init?(rawValue: String) {
            let architectures: [Architecture] = .translators
            guard let found = architectures.named(rawValue, kind: ModelFamily.translator.kind) else { return nil }
            self.init(found)
        }

        /// Whether both are the same architecture.
        public static func == (a: Network, b: Network) -> Bool { a.rawValue == b.rawValue }
        /// Hashes the name.
        public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
    }

    /// The family of networks.
    public var network: Network = .unet
    /// Levels of a U-Net, residual blocks of a ResNet, the logarithm of the side for a guided generator.
    public var depth = 8
    /// Channels after the first convolution (`ngf`).
    public var width = 64
    /// Channels of the input.
    public var inputChannels = 3
    /// Channels of the output.
    public var outputChannels = 3
    /// The normalization of activations.
    public var normalization: NormalizationKind = .batch
    /// Whether the network has dropout, the noise source of the paper.
    public var dropout = true
    /// How planes are doubled.
    public var upsampling: Upsampling = .transposed
    /// The number of classes that the input says; nil, as in the records of older runs, means none.
    public var classCount: Int?
    /// Whether the input has color hints; nil, as in the records of older runs, means none.
    public var colorHints: Bool?
    /// Whether the input has noise; nil, as in the records of older runs, means none.
    public var noise: Bool?
    /// The colors that the network chooses among, each as six hexadecimal digits; nil for one that paints levels.
    public var palette: [String]?

    /// The paper's generator for 256×256 images, `unet_256`.
    public init() {}

    /// The network of these sizes, with the default use.
    package var configuration: NetworkConfiguration { configuration(using: TranslatorParameters(self)) }

    /// - Parameter parameters: parameters with these sizes and another use.
    func configuration(using parameters: TranslatorParameters) -> NetworkConfiguration {
        NetworkConfiguration(network.architecture, parameters)
    }

    /// The sizes of a loaded network; nil if it is not a translator.
    package init?(_ configuration: NetworkConfiguration) {
        guard let parameters = configuration.parameters as? TranslatorParameters else { return nil }
        network = Network(configuration.architecture)
        (depth, width) = (parameters.depth, parameters.width)
        (inputChannels, outputChannels) = (parameters.inputChannels, parameters.outputChannels)
        (normalization, dropout) = (parameters.normalization, parameters.dropout)
        upsampling = parameters.upsampling
        classCount = parameters.classCount > 0 ? parameters.classCount : nil
        colorHints = parameters.colorHints ? true : nil
        noise = parameters.noise ? true : nil
        palette = parameters.palette.isEmpty ? nil : parameters.palette
    }

    /// The network that guides a generator of images; nil if there is none for it.
    package init?(guiding configuration: NetworkConfiguration) {
        guard let parameters = configuration.parameters as? FastGANParameters,
            parameters.latentSize == GuidedGenerator.latentSize
        else { return nil }
        (network, depth, width) = (.guided, parameters.image.size.trailingZeroBitCount, parameters.width)
        (outputChannels, dropout, noise) = (parameters.image.channels, false, true)
        classCount = parameters.classCount > 0 ? parameters.classCount : nil
    }

    /// What the input consists of.
    package var planes: InputPlanes { TranslatorParameters(self).planes }

    /// A generator with fresh weights drawn from `random`.
    package func makeGenerator(random: Random) -> any TranslationGenerator { configuration.network(random: random) }

    /// The number of which height and width of images must be multiples.
    package var multiple: Int { configuration.multiple }

    /// The names that the field has for common sizes, such as `unet_256`, `resnet_9blocks` and `guided_128`.
    package var name: String {
        switch network {
        case .resnet: "resnet_\(depth)blocks"
        case .guided: "guided_\(1 << depth)"
        default: "unet_\(1 << depth)"
        }
    }

    /// The architecture with such a name, and default values otherwise; nil if the name is unknown.
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
        } else if name.hasPrefix("guided_"), let side = Int(name.dropFirst(7)), (64...512).contains(side),
            side.nonzeroBitCount == 1
        {
            network = .guided
            depth = side.trailingZeroBitCount
            (dropout, noise) = (false, true)
        } else {
            return nil
        }
    }
}
