import Layers
import TensorCore

/// The widths of the DCGAN pyramid: how many channels at 4×4 and at each doubling after it.
package struct DCGANPyramid: Sendable, Hashable {
    /// Channels at 4×4, 8×8, … up to half of the image's size.
    package let widths: [Int]

    /// - Parameters:
    ///   - size: the image's side, a power of two from 16 to 256.
    ///   - width: channels at half of the image's size; doubled at each halving, up to eight times.
    package init(size: Int, width: Int) {
        let levels = size.trailingZeroBitCount - 2
        widths = (0..<levels).reversed().map { width << min($0, 3) }
    }

    /// Whether images of this size are supported.
    package static func supports(size: Int) -> Bool { (16...256).contains(size) && size.nonzeroBitCount == 1 }
}

/// The convolutional generator of Radford et al. 2015, "Unsupervised representation learning with deep convolutional
/// generative adversarial networks": transposed 4×4 convolutions of stride 2 with batch normalization and relu, tanh
/// at the end. `[N, inputs] → [N, channels, size, size]` in [−1, 1].
///
/// Parameter names are those of the PyTorch example (`main.0.weight`, …).
package final class DCGANGenerator: Layer {
    /// Numbers in an input vector.
    package let inputs: Int
    let main: Sequential

    /// - Parameters:
    ///   - size: the image's side, a power of two from 16 to 256.
    ///   - width: channels at half of that size.
    package init(inputs: Int, size: Int, channels: Int, width: Int, random: Random) {
        self.inputs = inputs
        let widths = DCGANPyramid(size: size, width: width).widths
        let normal = Initializer.normal(0.02)
        func up(_ from: Int, _ to: Int, stride: Int, padding: Int) -> ConvTranspose2d {
            ConvTranspose2d(
                from, to, kernel: 4, stride: stride, padding: padding, bias: false, initializer: normal,
                random: random)
        }
        var layers: [any Layer] = [up(inputs, widths[0], stride: 1, padding: 0), BatchNorm(widths[0]), ReLU()]
        for (from, to) in zip(widths, widths.dropFirst()) {
            layers += [up(from, to, stride: 2, padding: 1), BatchNorm(to), ReLU()] as [any Layer]
        }
        layers += [up(widths[widths.count - 1], channels, stride: 2, padding: 1), Tanh()] as [any Layer]
        main = Sequential(layers)
    }

    /// Images `[N, channels, size, size]` of vectors `[N, inputs]`.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        main(x.reshaped(to: [x.shape[0], inputs, 1, 1]), mode)
    }
}

/// The convolutional discriminator of Radford et al. 2015: 4×4 convolutions of stride 2 with leaky relu 0.2, batch
/// normalization on all but the first. `[N, channels, size, size] → [N]` logits.
package final class DCGANDiscriminator: Layer {
    let main: Sequential

    /// - Parameter spectralNorm: normalize the weights instead of the batch (Miyato et al. 2018), which gradient
    ///   penalties need, because with batch normalization a logit depends on the whole batch.
    package init(size: Int, channels: Int, width: Int, spectralNorm: Bool = false, random: Random) {
        let widths = Array(DCGANPyramid(size: size, width: width).widths.reversed())
        let normal = Initializer.normal(0.02)
        func down(_ from: Int, _ to: Int, stride: Int, padding: Int) -> Conv2d {
            Conv2d(
                from, to, kernel: 4, stride: stride, padding: padding, bias: spectralNorm, initializer: normal,
                spectralNorm: spectralNorm, random: random)
        }
        var layers: [any Layer] = [down(channels, widths[0], stride: 2, padding: 1), LeakyReLU(0.2)]
        for (from, to) in zip(widths, widths.dropFirst()) {
            layers.append(down(from, to, stride: 2, padding: 1))
            if !spectralNorm { layers.append(BatchNorm(to)) }
            layers.append(LeakyReLU(0.2))
        }
        layers.append(down(widths[widths.count - 1], 1, stride: 1, padding: 0))
        main = Sequential(layers)
    }

    /// Logits `[N]` of images `[N, channels, size, size]`.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { main(x, mode).reshaped(to: [x.shape[0]]) }
}
