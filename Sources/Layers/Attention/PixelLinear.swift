import TensorCore

/// An affine map of the channels of every pixel, `[N, inputs, H, W] → [N, outputs, H, W]`: what `Linear` does with lists
/// of pixels.
///
/// `weight` is `[outputs, inputs]`, `bias` is `[outputs]`.
package final class PixelLinear: Layer {
    /// `[outputs, inputs]`.
    package let weight: Parameter
    /// `[outputs]`; nil without bias.
    package let bias: Parameter?

    /// - Parameters:
    ///   - inputs: the number of input channels.
    ///   - outputs: the number of output channels.
    ///   - bias: whether a bias is added; transformers start it at 0.
    ///   - initializer: makes the initial weights; by default those of transformers.
    ///   - random: the source of random numbers.
    package init(
        _ inputs: Int, _ outputs: Int, bias: Bool = true, initializer: Initializer = .normal(0.02), random: Random
    ) {
        weight = Parameter(initializer([outputs, inputs], random: random))
        self.bias = bias ? Parameter(initializer.bias(outputs, weight: weight.shape, random: random)) : nil
    }

    /// `[N, inputs, H, W] → [N, outputs, H, W]`.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let weight = weight.value(in: mode)
        return x.convolved(
            with: weight.reshaped(to: [weight.shape[0], weight.shape[1], 1, 1]), bias: bias?.value(in: mode),
            precision: mode.precision)
    }
}

/// The network of each pixel in a transformer: fc2(gelu(fc1(x))), `[N, C, H, W] → [N, C, H, W]`.
package final class PixelMLP: Layer {
    package let fc1: PixelLinear
    package let fc2: PixelLinear

    /// - Parameter hidden: channels between the two layers.
    package init(_ channels: Int, hidden: Int, random: Random) {
        fc1 = PixelLinear(channels, hidden, random: random)
        fc2 = PixelLinear(hidden, channels, random: random)
    }

    /// `[N, C, H, W]`; the result has the same shape.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { fc2(fc1(x, mode).gelu(), mode) }
}

/// Normalization of the channels of every pixel (Ba et al. 2016), `[N, channels, H, W]`: what `LayerNorm` does with lists
/// of pixels. `weight` and `bias` are `[channels]` and start at 1 and 0.
package final class LayerNorm2d: Layer {
    /// Scales, `[channels]`.
    package let weight: Parameter
    /// Shifts, `[channels]`.
    package let bias: Parameter
    private let epsilon: Float

    /// - Parameters:
    ///   - channels: the number of channels.
    ///   - epsilon: added to the variance before the square root.
    package init(_ channels: Int, epsilon: Float = 1e-5) {
        weight = Parameter(.ones([channels]))
        bias = Parameter(.zeros([channels]))
        self.epsilon = epsilon
    }

    /// `[N, channels, H, W]`; the result has the same shape.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        x.channelsNormalized(gamma: weight.value(in: mode), beta: bias.value(in: mode), epsilon: epsilon)
    }
}
