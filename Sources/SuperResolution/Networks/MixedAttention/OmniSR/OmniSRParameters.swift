import Layers
import Models
import TensorCore

/// The parameters of OmniSR.
package struct OmniSRParameters: UpscalerParameters {
    /// How many times larger the result is.
    package var scale = 4
    /// Groups of blocks.
    package var depth = 5
    /// Channels of the hidden layers, a multiple of 4.
    package var features = 64
    /// Channels of the input.
    package var inputChannels = 3
    /// Channels of the output.
    package var outputChannels = 3
    /// Blocks of a group.
    package var blocks = 1
    /// The side of a window.
    package var window = 8
    /// Whether attention has a learned bias for relative positions.
    package var positions = true
    /// Whether the convolutions outside of the blocks have a bias.
    package var bias = true
    /// The factor by which the result is resized at the end; 1 for none.
    package var resize = 1.0

    /// The public network ×4.
    package init() {}
}

extension Architecture {
    /// OmniSR (Wang et al. 2023).
    public static let omnisr = Architecture(
        id: "omnisr", family: .upscaler, wraps: false, parameters: OmniSRParameters.self,
        limits: { sizes throws(ParameterError) in
            try sizes.check(scales: Array(1...16), channelsFit: true)
            try ParameterError.check("depth", sizes.depth, in: 1...64)
            try ParameterError.check("blocks", sizes.blocks, in: 1...64)
            try ParameterError.check("window", sizes.window, in: 2...64)
            guard sizes.features.isMultiple(of: OmniPixelAttention.heads) else {
                throw ParameterError("features is \(sizes.features), it must be a multiple of 4")
            }
        },
        words: { $0.words("OmniSR", "\($0.depth) groups, \($0.features) features, windows of \($0.window)") },
        isSurplus: { $0.hasSuffix("total_ops") || $0.hasSuffix("total_params") },
        detect: { shapes in
            guard shapes.has("residual_layer.0.residual_layer.0.layer.0.fn.0.weight"),
                let first = shapes["input.weight", rank: 4], let last = shapes["up.0.weight", rank: 4],
                let shuffle = Shuffle(channels: last[0], inputs: first[1])
            else { return nil }
            var sizes = OmniSRParameters()
            (sizes.features, sizes.inputChannels) = (first[0], first[1])
            (sizes.scale, sizes.outputChannels) = (shuffle.factor, shuffle.channels)
            sizes.bias = shapes.has("input.bias")
            sizes.depth = shapes.count { "residual_layer.\($0).esa.conv1.weight" }
            sizes.blocks = shapes.count { "residual_layer.0.residual_layer.\($0).layer.0.fn.0.weight" }
            let bias = "residual_layer.0.residual_layer.0.layer.2.fn.rel_pos_bias.weight"
            let table = shapes[bias, rank: 2]
            sizes.positions = table != nil
            // Of a file without positions, the window is not known; 8 is usual.
            if let table { sizes.window = (Int(Double(table[0]).squareRoot()) + 1) / 2 }
            return sizes
        },
        make: { OmniSR($0, random: $1) })
}

extension OmniSR: UpscalingGenerator {
    /// How many times larger the result is.
    package var scale: Int { sizes.scale }
    /// Any size is supported: the network fills up its windows itself.
    package var multiple: Int { 1 }
    /// Pixels depend on the whole image, so tiles are blended.
    package var reach: Int { .wholeImage }
}

/// A pixel shuffle as the shape of the convolution before it shows.
struct Shuffle {
    /// How many times larger the result is.
    let factor: Int
    /// Channels of the result: as many as the input has, or else 3, 4 or 1.
    let channels: Int

    /// Nil if the channels are those of no shuffle.
    init?(channels count: Int, inputs: Int) {
        for channels in [inputs, 3, 4, 1] where channels > 0 && count.isMultiple(of: channels) {
            let factor = (1...16).first { $0 * $0 == count / channels }
            guard let factor else { continue }
            (self.factor, self.channels) = (factor, channels)
            return
        }
        return nil
    }
}
