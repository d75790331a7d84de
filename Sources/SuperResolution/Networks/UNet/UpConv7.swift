import ForeignWeights
import Layers
import Models
import TensorCore

/// waifu2x's `upconv_7`: six 3×3 convolutions without borders and a transposed 4×4 convolution. An image first gets a
/// reflected margin as wide as what they take away.
///
/// `[N, inputs, H, W] → [N, outputs, 2·H, 2·W]`.
package final class UpConv7: Layer {
    let net: Sequential

    private static let margin = 7
    fileprivate static let widths = [16, 32, 64, 128, 128, 256]

    /// - Parameter inputs, outputs: channels of input and output.
    package init(inputs: Int = 3, outputs: Int = 3, random: Random) {
        var layers: [any Layer] = []
        for (from, to) in zip([inputs] + Self.widths, Self.widths) {
            layers += [Conv2d(from, to, kernel: 3, random: random), LeakyReLU(0.1)] as [any Layer]
        }
        layers.append(ConvTranspose2d(256, outputs, kernel: 4, stride: 2, padding: 3, random: random))
        net = Sequential(layers)
    }

    /// Upscaled images.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        func surrounded(_ x: Tensor, axis: Int) -> Tensor {
            let length = x.shape[axis]
            return x.gathering(Reflection.positions(-Self.margin..<length + Self.margin, length: length), axis: axis)
        }
        return net(surrounded(surrounded(x, axis: 2), axis: 3), mode)
    }
}

extension UpConv7: UpscalingGenerator {
    package var scale: Int { 2 }
    /// Any size is supported.
    package var multiple: Int { 1 }
    package var reach: Int { Self.margin }
}

extension Architecture {
    /// waifu2x's network without skips, in the public code `upconv_7`.
    public static let upconv7 = Architecture(
        id: "upconv7", aliases: ["upconv_7"], family: .upscaler, wraps: false, parameters: UpConv7Parameters.self,
        limits: { sizes throws(ParameterError) in
            try sizes.check(scales: [2], channelsFit: true)
            try ParameterError.check("depth", sizes.depth, in: 7...7)
            try ParameterError.check("features", sizes.features, in: 16...16)
        },
        words: { $0.words("waifu2x's upconv_7", "7 convolutions") },
        detect: { shapes in
            guard let first = shapes["net.0.weight", rank: 4], let last = shapes["net.12.weight", rank: 4],
                shapes["net.10.weight", rank: 4]?[0] == 256, last[0] == 256
            else { return nil }
            var sizes = UpConv7Parameters()
            (sizes.inputChannels, sizes.outputChannels) = (first[1], last[1])
            return sizes
        },
        detectSteps: { graph in
            let convolution = NcnnSteps.Step.inside(kernel: 3, stride: 1, slope: 0.1)
            guard graph.shapes.count == 7, graph.steps.first == convolution, let first = graph.shapes.first,
                first.rank == 4, let last = graph.shapes.last, last.rank == 4
            else { return nil }
            var sizes = UpConv7Parameters()
            (sizes.inputChannels, sizes.outputChannels) = (first[1], last[1])
            let end = NcnnSteps.Step.transposed(kernel: 4, stride: 2, padding: 3, slope: nil)
            return (sizes, [NcnnSteps.Step](repeating: convolution, count: 6) + [end])
        },
        make: { UpConv7(inputs: $0.inputChannels, outputs: $0.outputChannels, random: $1) })
}

/// The parameters of waifu2x's network without skips.
package struct UpConv7Parameters: UpscalerParameters {
    /// Always 2.
    package var scale = 2
    /// Convolutions, always 7.
    package var depth = 7
    /// Channels of the first convolution, always 16.
    package var features = 16
    /// Channels of the input.
    package var inputChannels = 3
    /// Channels of the output.
    package var outputChannels = 3
    /// The factor by which the result is resized at the end; 1 for none.
    package var resize = 1.0

    /// The public network.
    package init() {}
}
