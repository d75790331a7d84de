import Layers
import Models
import TensorCore

/// The sizes that SwinIR and its successors share: all that is around the groups of blocks.
struct TransformerFrame: Sendable {
    var scale: Int
    var features: Int
    var inputChannels: Int
    /// The number of which height and width of images must be multiples.
    var multiple = 1
    var upsampler = TransformerUpsampler.shuffle
    var connection = TransformerConnection.one
    /// Channels in front of the upsampler.
    var upsampledFeatures = 64
    /// The image is first made smaller by this factor by turning pixels into channels.
    var unshuffle = 1
    /// The network works on images times this number.
    var range = 1.0
    /// The name of the normalization of the first convolution's result; nil for none.
    var normalization: String? = "patch_embed.norm"
    /// Whether the mean color is subtracted. Files of networks for which it is not have a tensor that says so.
    var centers = true
    /// The least side of images; smaller ones are mirrored.
    var leastSide = 1
    /// The network itself mirrors images up to multiples of this number.
    var mirroredMultiple = 1

    /// The height or width with which an image goes through.
    func mirrored(_ extent: Int) -> Int {
        (max(extent, leastSide) + mirroredMultiple - 1) / mirroredMultiple * mirroredMultiple
    }
}

/// How transformers reach the size of the result; the names are those of the public code.
package enum TransformerUpsampler: String, Codable, Sendable, CaseIterable {
    /// Convolutions and pixel shuffles by 2, or one by 3.
    case shuffle = "pixelshuffle"
    /// One convolution and one pixel shuffle.
    case shuffleDirectly = "pixelshuffledirect"
    /// Nearest-neighbor doublings, each with a convolution.
    case nearest = "nearest+conv"
    /// None: the network changes an image of the same size.
    case none

    /// The factors by which it enlarges.
    var factors: [Int] {
        switch self {
        case .shuffle: [1, 2, 3, 4, 8, 16]
        case .shuffleDirectly: Array(1...16)
        case .nearest: [1, 2, 4, 8]
        case .none: [1]
        }
    }
}

/// The convolutions behind the blocks of a group, and behind all groups; the names are those of the public code.
package enum TransformerConnection: String, Codable, Sendable, CaseIterable {
    /// One 3×3 convolution.
    case one = "1conv"
    /// Three convolutions with a quarter of the channels between them.
    case three = "3conv"
    /// None.
    case none = "identity"

    func layer(_ features: Int, random: Random) -> (any Layer)? {
        func convolution(_ from: Int, _ to: Int) -> Conv2d {
            Conv2d(from, to, kernel: 3, padding: 1, random: random)
        }
        let narrow = features / 4
        return switch self {
        case .one: convolution(features, features)
        case .three:
            Sequential([
                convolution(features, narrow), LeakyReLU(0.2), Conv2d(narrow, narrow, kernel: 1, random: random),
                LeakyReLU(0.2), convolution(narrow, features),
            ])
        case .none: nil
        }
    }
}

extension UpscalerParameters {
    /// Refuses what no transformer can have.
    ///
    /// - Parameter heads: those of each block, with the channels that they divide.
    func checkTransformer(
        window: Int, heads: [(heads: Int, channels: Int)], hidden: Int, blocks: Int, upsampler: TransformerUpsampler,
        connection: TransformerConnection, upsampledFeatures: Int, unshuffle: Int = 1
    ) throws(ParameterError) {
        try ParameterError.check("window", window, in: 2...32)
        try ParameterError.check("hidden", hidden, in: 1...16384)
        try ParameterError.check("blocks", blocks, in: 0...256)
        try ParameterError.check("upsampledFeatures", upsampledFeatures, in: 1...1024)
        try ParameterError.check("unshuffle", unshuffle, in: 1...8)
        for (heads, channels) in heads {
            try ParameterError.check("heads", heads, in: 1...256)
            guard channels % heads == 0 else {
                throw ParameterError("heads is \(heads), which does not divide \(channels) channels")
            }
        }
        guard connection != .three || features >= 4 else {
            throw ParameterError("features is \(features), it must be at least 4")
        }
        guard upsampler != .none || unshuffle == 1 else {
            throw ParameterError("unshuffle is \(unshuffle), but without an upsampler it must be 1")
        }
        try check(
            scales: upsampler.factors.filter { $0 % unshuffle == 0 }.map { $0 / unshuffle },
            channelsFit: inputChannels == outputChannels)
    }
}
