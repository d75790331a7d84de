import Layers
import TensorCore

/// The noise that a synthesis network adds to its features.
package enum StyleNoise: Sendable {
    /// The same for every image; it belongs to the network.
    case constant
    /// Fresh for every image, as in training.
    case random(Random)
    /// None.
    case none

    /// Fresh where a mode draws random numbers, otherwise constant.
    package init(_ mode: ForwardMode) { self = mode.random.map { .random($0) } ?? .constant }
}

/// A 3×3 convolution whose kernel depends on the style (Karras et al. 2020): the kernel's input channels are multiplied
/// by an affine function of the style, and its output channels divided by the norm that they then have. Noise, bias and
/// a leaky ReLU follow.
///
/// Scaling the image's channels before and after a convolution with the same weights for all images gives exactly that:
/// y_o = d_o · Σ_i W_oi ∗ (s_i · x_i) with d_o = 1 / √(Σ_i s_i² · Σ W_oi² + 1e-8).
package final class SynthesisLayer: Module {
    /// `[outputs, inputs, 3, 3]`.
    let weight: Parameter
    /// The strength of the noise, a single number.
    let noiseStrength: Parameter
    /// `[outputs]`.
    let bias: Parameter
    let affine: FullyConnected
    /// `[H, W]` of the result.
    let noiseConst: StateTensor
    private let isUpsampling: Bool
    private let clamp: Float

    /// - Parameters:
    ///   - isUpsampling: whether the result has twice the size.
    ///   - height: of the result.
    ///   - width: of the result.
    ///   - clamp: the limit of the results; 0 is none.
    init(
        _ inputs: Int, _ outputs: Int, styleSize: Int, isUpsampling: Bool, height: Int, width: Int, clamp: Float,
        random: Random
    ) {
        affine = FullyConnected(styleSize, inputs, biasStart: 1, random: random)
        weight = Parameter(Initializer.normal(1)([outputs, inputs, 3, 3], random: random))
        noiseConst = StateTensor(Initializer.normal(1)([height, width], random: random))
        noiseStrength = Parameter(.zeros([]))
        bias = Parameter(.zeros([outputs]))
        (self.isUpsampling, self.clamp) = (isUpsampling, clamp)
    }

    /// `[N, inputs, H, W] → [N, outputs, H', W']`, multiplied by `factor`, as is the limit.
    ///
    /// - Parameter style: `[N, styleSize]`.
    func callAsFunction(
        _ x: Tensor, style: Tensor, _ noise: StyleNoise, times factor: Float = 1, _ mode: ForwardMode
    ) -> Tensor {
        let weight = weight.value(in: mode)
        let scales = affine(style, mode)
        let y = convolved(x.channelScaled(by: scales), weight, mode)

        // The leaky ReLU's √2 and the factor may go before it.
        let gain = StyleArithmetic.rectifierGain * factor
        let squares = weight.squared().sum(axes: [2, 3])
        let norms = (scales.squared().matrixProduct(squares, transposingOther: true) + 1e-8).squareRoot()
        let demodulation = norms.reciprocal().scaled(by: gain)
        let shift = bias.value(in: mode).scaled(by: gain).broadcast(to: demodulation.shape)
        var z = y.channelAffine(scale: demodulation, shift: shift)
        if let noise = values(of: noise, for: z) { z = z + noise * noiseStrength.value(in: mode).scaled(by: gain) }
        return z.leakyReLU(slope: StyleArithmetic.slope).clamped(to: clamp * factor)
    }

    private func convolved(_ x: Tensor, _ weight: Tensor, _ mode: ForwardMode) -> Tensor {
        guard isUpsampling else {
            return x.convolved(
                with: weight, .init(padding: 1), wrapping: mode.wrapping, precision: mode.precision)
        }
        // Zeros between the pixels, a convolution in the sense of mathematics, the filter. Images that repeat get a pixel
        // from the opposite side, and the results that still lack neighbors are cut off. That leaves what the filter
        // takes as its border.
        let repeats = mode.wrapping != .neither
        let source = repeats ? x.padded(top: 1, bottom: 1, left: 1, right: 1, wrapping: mode.wrapping) : x
        return source.transposedConvolved(
            with: weight.permuted([1, 0, 2, 3]), .init(stride: 2, padding: repeats ? 1 : 0), precision: mode.precision
        ).filtered(border: repeats ? 0 : 1, gain: 2, .neither)
    }

    private func values(of noise: StyleNoise, for x: Tensor) -> Tensor? {
        switch noise {
        case .none: nil
        case .constant: noiseConst.value
        case .random(let random): random.normal([x.shape[0], 1, x.shape[2], x.shape[3]])
        }
    }
}

/// The 1×1 convolution from features to an image's channels, whose kernel depends on the style like that of a
/// ``SynthesisLayer``, but without being divided by its norm.
package final class ToRGB: Module {
    /// `[channels, inputs, 1, 1]`.
    let weight: Parameter
    /// `[channels]`.
    let bias: Parameter
    let affine: FullyConnected
    private let gain: Float
    private let clamp: Float

    init(_ inputs: Int, channels: Int, styleSize: Int, clamp: Float, random: Random) {
        affine = FullyConnected(styleSize, inputs, biasStart: 1, random: random)
        weight = Parameter(Initializer.normal(1)([channels, inputs, 1, 1], random: random))
        bias = Parameter(.zeros([channels]))
        (gain, self.clamp) = (1 / Float(inputs).squareRoot(), clamp)
    }

    /// `[N, inputs, H, W] → [N, channels, H, W]`.
    func callAsFunction(_ x: Tensor, style: Tensor, _ mode: ForwardMode) -> Tensor {
        x.channelScaled(by: affine(style, mode).scaled(by: gain))
            .convolved(with: weight.value(in: mode), bias: bias.value(in: mode), precision: mode.precision)
            .clamped(to: clamp)
    }
}

extension Tensor {
    /// Images `[N, C, H, W]` with every channel of every image multiplied by its factor, `[N, C]`.
    func channelScaled(by factors: Tensor) -> Tensor { channelAffine(scale: factors, shift: .zeros(factors.shape)) }
}
