import Layers
import TensorCore

/// MoSR, the community's network of gated blocks after MambaOut (Yu & Wang 2024): layer normalization, a 3×3
/// convolution into a gate and values, some of which go through a depthwise convolution, and a 3×3 convolution back.
///
/// `[N, inputs, H, W] → [N, outputs, H·scale, W·scale]`. Parameter names are those of the public checkpoints.
package final class MoSR: Layer {
    /// How images become larger.
    package enum Enlargement: String, Codable, Sendable, CaseIterable {
        /// A convolution and a pixel shuffle.
        case shuffle
        /// DySample.
        case dysample
        /// The mean of eight convolutions, and a pixel shuffle.
        case ensemble
    }

    let gblocks: Sequential
    let shortcut: MoSRShortcut
    let upsampler: any Layer
    /// How many times larger the result is.
    package let scale: Int
    private let kernel: Int
    private let blocks: Int

    /// - Parameter sizes: that the architecture has checked.
    package init(_ sizes: MoSRParameters, random: Random) {
        (scale, kernel, blocks) = (sizes.scale, sizes.kernel, sizes.depth)
        let (width, inputs, outputs) = (sizes.features, sizes.inputChannels, sizes.outputChannels)
        func convolution(_ from: Int, _ to: Int) -> any Layer {
            Conv2d(from, to, kernel: 3, padding: 1, random: random)
        }
        var layers = [convolution(inputs, width)]
        layers += (0..<sizes.depth).map { _ in MoSRBlock(sizes, random: random) } as [any Layer]
        layers += [
            convolution(width, 2 * width), Mish(), convolution(2 * width, width), Mish(),
            Conv2d(width, width, kernel: 1, random: random),
        ]
        gblocks = Sequential(layers)
        shortcut = MoSRShortcut(inputs, width, random: random)
        upsampler =
            switch sizes.enlargement {
            case .shuffle: Sequential([convolution(width, outputs * scale * scale), PixelShuffle(scale)])
            case .dysample: DySample(width, outputs: outputs, scale: scale, random: random)
            case .ensemble: EnsembleShuffle(width, outputs, scale: scale, random: random)
            }
    }

    /// Upscaled images.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        upsampler(gblocks(x, mode) + (shortcut(x, mode) - 0.5), mode)
    }
}

extension MoSR: UpscalingGenerator {
    /// Any size is supported.
    package var multiple: Int { 1 }
    package var reach: Int { blocks * (kernel / 2 + 2) + 4 }
}

/// A gated block.
final class MoSRBlock: Layer {
    let norm: LayerNorm2d
    let fc1: Conv2d
    let conv: Conv2d
    let fc2: Conv2d
    private let hidden: Int
    private let convolved: Int

    init(_ sizes: MoSRParameters, random: Random) {
        (hidden, convolved) = (sizes.hidden, sizes.convolved)
        let (width, deviation) = (sizes.features, Initializer.normal(0.02))
        norm = LayerNorm2d(width, epsilon: 1e-6)
        fc1 = Conv2d(width, 2 * hidden, kernel: 3, padding: 1, initializer: deviation, random: random)
        conv = Conv2d(
            convolved, convolved, kernel: sizes.kernel, padding: sizes.kernel / 2, groups: convolved,
            initializer: deviation, random: random)
        fc2 = Conv2d(hidden, width, kernel: 3, padding: 1, initializer: deviation, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let both = fc1(norm(x, mode), mode)
        let gate = both.slice(axis: 1, from: 0, count: hidden).mish()
        var values = conv(both.slice(axis: 1, from: 2 * hidden - convolved, count: convolved), mode)
        if hidden > convolved {
            values = .concatenated([both.slice(axis: 1, from: hidden, count: hidden - convolved), values], axis: 1)
        }
        return fc2(gate * values, mode).mish() + (x - 0.5)
    }
}

/// Two convolutions with Mish beside a 1×1 convolution.
final class MoSRShortcut: Layer {
    let block: Sequential
    let conv11: Conv2d

    init(_ inputs: Int, _ outputs: Int, random: Random) {
        block = Sequential([
            Conv2d(inputs, outputs, kernel: 3, padding: 1, random: random), Mish(),
            Conv2d(outputs, outputs, kernel: 3, padding: 1, random: random), Mish(),
        ])
        conv11 = Conv2d(inputs, outputs, kernel: 1, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { block(x, mode) + conv11(x, mode) }
}

/// The mean of eight convolutions, which is the convolution with their mean, and a pixel shuffle.
final class EnsembleShuffle: Layer {
    let inToK: Conv2d
    private let scale: Int

    init(_ inputs: Int, _ outputs: Int, scale: Int, random: Random) {
        self.scale = scale
        inToK = Conv2d(inputs, 8 * outputs * scale * scale, kernel: 3, padding: 1, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        func mean(_ x: Tensor) -> Tensor {
            let rest = Array(x.shape.dimensions.dropFirst())
            return x.reshaped(to: Shape([8, x.shape[0] / 8] + rest)).mean(axes: [0])
        }
        return x.convolved(
            with: mean(inToK.weight.value(in: mode)), bias: inToK.bias.map { mean($0.value(in: mode)) },
            ConvolutionParameters(padding: 1), wrapping: mode.wrapping, precision: mode.precision
        ).pixelShuffled(by: scale)
    }
}
