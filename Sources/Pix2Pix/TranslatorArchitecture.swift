import Layers
import TensorCore

/// A generator that turns an image into another of the same extent.
public protocol TranslationGenerator: Layer {
    /// What height and width of its images have to be multiples of.
    var multiple: Int { get }
    /// What normalizes its activations.
    var normalization: NormalizationKind { get }
}

extension UNetGenerator: TranslationGenerator {}
extension ResNetGenerator: TranslationGenerator {}

/// Which generator a translator is and how large: all that is needed to build it.
public struct TranslatorArchitecture: Codable, Sendable, Hashable {
    /// The family of networks.
    public enum Network: String, Codable, Sendable, CaseIterable {
        /// Halvings and doublings with connections across (Isola et al. 2017).
        case unet
        /// Residual blocks at a quarter of the resolution (Johnson et al. 2016).
        case resnet
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

    /// A generator with fresh weights drawn from `random`.
    public func makeGenerator(random: Random) -> any TranslationGenerator {
        switch network {
        case .unet:
            UNetGenerator(
                inputs: inputChannels, outputs: outputChannels, levels: depth, width: width,
                normalization: normalization, dropout: dropout, upsampling: upsampling, random: random)
        case .resnet:
            ResNetGenerator(
                inputs: inputChannels, outputs: outputChannels, blocks: depth, width: width,
                normalization: normalization, dropout: dropout, upsampling: upsampling, random: random)
        }
    }

    /// What height and width of images have to be multiples of.
    public var multiple: Int { network == .unet ? 1 << depth : 4 }

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
