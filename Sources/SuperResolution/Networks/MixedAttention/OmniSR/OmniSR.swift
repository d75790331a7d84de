import Layers
import TensorCore

/// OmniSR (Wang et al. 2023, "Omni aggregation networks for lightweight image super-resolution"): groups of blocks in
/// which pixels and channels attend to each other, first among neighbors and then across the whole image.
///
/// `[N, inputs, H, W] → [N, outputs, H·scale, W·scale]`. Zeros fill up height and width to a multiple of the window,
/// and small images to 16 pixels. Parameter names are those of the public checkpoints.
package final class OmniSR: Layer {
    let input: Conv2d
    let residualLayer: [OmniGroup]
    let output: Conv2d
    let up: Sequential
    let sizes: OmniSRParameters

    /// The least height and width of the features.
    private static let least = 16

    /// A network of possible sizes.
    package init(_ sizes: OmniSRParameters, random: Random) {
        self.sizes = sizes
        func convolution(_ from: Int, _ to: Int) -> Conv2d {
            Conv2d(from, to, kernel: 3, padding: 1, bias: sizes.bias, random: random)
        }
        input = convolution(sizes.inputChannels, sizes.features)
        residualLayer = (0..<sizes.depth).map { _ in OmniGroup(sizes, random: random) }
        output = convolution(sizes.features, sizes.features)
        up = Sequential([
            convolution(sizes.features, sizes.outputChannels * sizes.scale * sizes.scale), PixelShuffle(sizes.scale),
        ])
    }

    /// Upscaled images.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        func missing(_ extent: Int) -> Int {
            let wanted = max(extent, Self.least)
            return (wanted + sizes.window - 1) / sizes.window * sizes.window - extent
        }
        let (height, width) = (x.shape[2], x.shape[3])
        let shallow = input(x.padded(top: 0, bottom: missing(height), left: 0, right: missing(width)), mode)
        let deep = residualLayer.reduce(shallow) { $1($0, mode) }
        return up(output(deep, mode) + shallow, mode)
            .slice(axis: 2, from: 0, count: height * sizes.scale).slice(axis: 3, from: 0, count: width * sizes.scale)
    }
}

/// Blocks, a 1×1 convolution, the input again, and a gate that sees large surroundings.
final class OmniGroup: Layer {
    let residualLayer: Sequential
    let esa: OmniSpatialGate

    init(_ sizes: OmniSRParameters, random: Random) {
        let last = Conv2d(sizes.features, sizes.features, kernel: 1, bias: sizes.bias, random: random)
        residualLayer = Sequential((0..<sizes.blocks).map { _ in OmniBlock(sizes, random: random) } + [last])
        esa = OmniSpatialGate(sizes.features, width: max(sizes.features / 4, 16), random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { esa(residualLayer(x, mode) + x, mode) }
}

/// Local convolutions, then attention of pixels and of channels in windows, then both across the image.
final class OmniBlock: Layer {
    /// By the positions that they have in the checkpoints; those between only rearrange the pixels there.
    let layer: Sequential

    init(_ sizes: OmniSRParameters, random: Random) {
        let (features, window) = (sizes.features, sizes.window)
        func pixels(isSpread: Bool) -> any Layer {
            OmniResidual(features, epsilon: 1e-5, OmniPixelAttention(sizes, isSpread: isSpread, random: random))
        }
        func channels(isSpread: Bool) -> any Layer {
            let attention = OmniChannelAttention(features, window: window, isSpread: isSpread, random: random)
            return OmniResidual(features, epsilon: 1e-6, attention)
        }
        func feedForward() -> any Layer {
            OmniResidual(features, epsilon: 1e-6, OmniFeedForward(features, random: random))
        }
        let same = Unchanged()
        layer = Sequential([
            OmniConvolutions(features, random: random),
            same, pixels(isSpread: false), same, feedForward(), channels(isSpread: false), feedForward(),
            same, pixels(isSpread: true), same, feedForward(), channels(isSpread: true), feedForward(),
        ])
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { layer(x, mode) }
}

/// The input as it is.
final class Unchanged: Layer {
    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { x }
}

/// x + fn(norm(x)), the norm over the channels of each pixel.
final class OmniResidual: Layer {
    let norm: LayerNorm2d
    let fn: any Layer

    init(_ features: Int, epsilon: Float, _ fn: any Layer) {
        norm = LayerNorm2d(features, epsilon: epsilon)
        self.fn = fn
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { fn(norm(x, mode), mode) + x }
}
