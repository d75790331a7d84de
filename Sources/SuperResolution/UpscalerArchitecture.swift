import Layers
import TensorCore

/// A generator that upscales images by a whole factor.
public protocol UpscalingGenerator: Layer {
    /// How many times larger the result is.
    var scale: Int { get }
    /// What height and width of its images have to be multiples of.
    var multiple: Int { get }
    /// How far a pixel of the result sees, in pixels of the image that comes in.
    var reach: Int { get }
}

extension RRDBNet: UpscalingGenerator {
    /// Pixels become channels in squares of this side.
    public var multiple: Int { 4 / scale }
    /// Every convolution adds one, those behind the doublings less.
    public var reach: Int { (body.count * 15 + 4) * 4 / scale }
}

extension SRVGGNetCompact: UpscalingGenerator {
    /// Any extent will do.
    public var multiple: Int { 1 }
    /// Every convolution adds one.
    public var reach: Int { body.count / 2 + 1 }
}

extension MSRResNet: UpscalingGenerator {
    /// Any extent will do.
    public var multiple: Int { 1 }
    /// Every convolution adds one, those behind the shuffles less.
    public var reach: Int { 2 * body.count + 4 }
}

extension SRResNet: UpscalingGenerator {
    /// Any extent will do.
    public var multiple: Int { 1 }
    /// Every 3×3 convolution adds one, a 9×9 one four, those behind the shuffles less.
    public var reach: Int { 2 * body.count + 10 }
}

/// Which generator an upscaler is and how large: all that is needed to build it.
public struct UpscalerArchitecture: Codable, Sendable, Hashable {
    /// The family of networks.
    public enum Network: String, Codable, Sendable, CaseIterable {
        /// ESRGAN's and Real-ESRGAN's residual-in-residual dense blocks.
        case rrdb
        /// Real-ESRGAN's plain stack of convolutions.
        case compact
        /// ESRGAN's baseline, residual blocks without normalization.
        case msrresnet
        /// SRGAN's residual blocks with batch normalization.
        case srresnet
    }

    /// The family of networks.
    public var network: Network = .compact
    /// How many times larger the result is.
    public var scale = 4
    /// Blocks, or the compact network's convolutions between the first and the last.
    public var depth = 16
    /// Channels of the hidden layers.
    public var features = 64
    /// Channels that each convolution of a dense block adds.
    public var growth = 32
    /// Channels of the image that comes in.
    public var inputChannels = 3
    /// Channels of the image that goes out.
    public var outputChannels = 3

    /// The compact network of `realesr-animevideov3`.
    public init() {}

    /// A generator with fresh weights drawn from `random`.
    public func makeGenerator(random: Random) -> any UpscalingGenerator {
        switch network {
        case .rrdb:
            RRDBNet(
                scale: scale, inputs: inputChannels, outputs: outputChannels, features: features, blocks: depth,
                growth: growth, random: random)
        case .compact:
            SRVGGNetCompact(
                scale: scale, inputs: inputChannels, outputs: outputChannels, features: features,
                convolutions: depth, random: random)
        case .msrresnet:
            MSRResNet(
                scale: scale, inputs: inputChannels, outputs: outputChannels, features: features, blocks: depth,
                random: random)
        case .srresnet:
            SRResNet(scale: scale, channels: inputChannels, blocks: depth, features: features, random: random)
        }
    }

    /// Why no network of these sizes can be built; nil when one can.
    package var fault: String? {
        let scales: [Int] =
            switch network {
            case .rrdb: [1, 2, 4]
            case .compact: Array(1...16)
            case .msrresnet: [2, 3, 4]
            case .srresnet: [1, 2, 4, 8, 16]
            }
        if !scales.contains(scale) { return "scale is \(scale), it has to be one of \(scales)" }
        // The compact network adds its input to its output, a gray one to every channel.
        let fits =
            switch network {
            case .compact: inputChannels == outputChannels || inputChannels == 1
            case .msrresnet, .srresnet: inputChannels == outputChannels
            case .rrdb: true
            }
        return fits ? nil : "\(inputChannels) channels cannot become \(outputChannels)"
    }
}
