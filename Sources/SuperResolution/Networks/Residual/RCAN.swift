import Layers
import TensorCore

/// RCAN (Zhang et al. 2018, "Image super-resolution using very deep residual channel attention networks"): groups of
/// residual blocks, whose channels are weighted by a small network of their means, and pixel shuffles.
///
/// `[N, inputs, H, W] → [N, inputs, H·scale, W·scale]`. Parameter names are those of the public checkpoints.
package final class RCAN: Layer {
    let subMean: Conv2d?
    let head: Sequential
    let body: Sequential
    let tail: Sequential
    let addMean: Conv2d?
    /// How many times larger the result is.
    package let scale: Int
    private let fold: Int
    private let convolutions: Int

    /// - Parameter sizes: that the architecture has checked.
    package init(_ sizes: RCANParameters, random: Random) {
        scale = sizes.scale
        fold = sizes.unshuffled ? 4 / sizes.scale : 1
        convolutions = sizes.depth * (2 * sizes.blocks + 1) + 4
        let (width, channels) = (sizes.features, sizes.inputChannels)
        func convolution(_ from: Int, _ to: Int, kernel: Int = sizes.kernel) -> any Layer {
            Conv2d(from, to, kernel: kernel, padding: kernel / 2, random: random)
        }
        subMean = sizes.normalized ? .shift(by: -1, random: random) : nil
        let first = convolution(channels * fold * fold, width)
        head = Sequential(sizes.unshuffled ? [PixelUnshuffle(fold), first] : [first])
        body = Sequential(
            (0..<sizes.depth).map { _ in RCANGroup(sizes, random: random) } as [any Layer] + [convolution(width, width)]
        )
        let steps = sizes.unshuffled ? [2, 2] : sizes.scale == 3 ? [3] : Array(repeating: 2, count: sizes.doublings)
        let enlargement = steps.flatMap { step in
            [convolution(width, width * step * step, kernel: 3), PixelShuffle(step)] as [any Layer]
        }
        tail = Sequential([Sequential(enlargement), convolution(width, channels)])
        addMean = sizes.normalized ? .shift(by: 1, random: random) : nil
    }

    /// Upscaled images.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        // Networks that subtract the mean color have values from 0 to 255.
        let centered = subMean.map { $0(x.scaled(by: 255), mode) } ?? x
        let shallow = head(centered, mode)
        let large = tail(body(shallow, mode) + shallow, mode)
        return addMean.map { $0(large, mode).scaled(by: 1 / 255) } ?? large
    }
}

extension RCAN: UpscalingGenerator {
    /// The side of the squares of pixels that become channels.
    package var multiple: Int { fold }
    /// Of its convolutions; the means of channels see the whole image.
    package var reach: Int { convolutions * fold }
}

extension Conv2d {
    /// Adds the mean color of DIV2K times 255, or subtracts it. Files may hold other numbers.
    fileprivate static func shift(by sign: Float, random: Random) -> Conv2d {
        let convolution = Conv2d(3, 3, kernel: 1, random: random)
        convolution.weight.assign(Tensor([1, 0, 0, 0, 1, 0, 0, 0, 1], shape: [3, 3, 1, 1]))
        convolution.bias?.assign(Tensor(SPAN.mean.map { 255 * sign * $0 }, shape: [3]))
        return convolution
    }
}

/// Residual blocks and a convolution, added to the input.
final class RCANGroup: Layer {
    let body: Sequential

    init(_ sizes: RCANParameters, random: Random) {
        let blocks = (0..<sizes.blocks).map { _ in RCANBlock(sizes, random: random) } as [any Layer]
        body = Sequential(
            blocks + [
                Conv2d(
                    sizes.features, sizes.features, kernel: sizes.kernel, padding: sizes.kernel / 2, random: random)
            ])
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { body(x, mode) + x }
}

/// Two convolutions and channel attention, added to the input.
final class RCANBlock: Layer {
    let body: Sequential

    init(_ sizes: RCANParameters, random: Random) {
        func convolution() -> any Layer {
            Conv2d(sizes.features, sizes.features, kernel: sizes.kernel, padding: sizes.kernel / 2, random: random)
        }
        body = Sequential([
            convolution(), ReLU(), convolution(),
            ChannelAttention(sizes.features, inner: sizes.attention, random: random),
        ])
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { body(x, mode) + x }
}

/// Channels weighted by a small network of their means.
final class ChannelAttention: Layer {
    let convDu: Sequential

    init(_ channels: Int, inner: Int, random: Random) {
        convDu = Sequential([
            Conv2d(channels, inner, kernel: 1, random: random), ReLU(),
            Conv2d(inner, channels, kernel: 1, random: random), Sigmoid(),
        ])
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        x * convDu(x.mean(axes: [2, 3], keepingAxes: true), mode)
    }
}
