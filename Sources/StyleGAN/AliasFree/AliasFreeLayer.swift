import Layers
import TensorCore

/// A layer of StyleGAN3: a convolution whose kernel depends on the style, bias, and a leaky ReLU that works on a finer
/// sampling between two low-pass filters, so that it adds no frequencies that the sampling cannot hold. The last layer
/// makes the image; it has neither the kernels' division by their norm nor an activation.
package final class AliasFreeLayer: Module {
    /// `[outputs, inputs, kernel, kernel]`.
    let weight: Parameter
    /// `[outputs]`.
    let bias: Parameter
    let affine: FullyConnected
    /// The mean square of the inputs during the training, a single number.
    let magnitudeEma: StateTensor
    /// `[T]`; nil where the sampling stays.
    let upFilter: StateTensor?
    /// `[T]`, or `[T, T]` where it is radial; nil where the sampling stays.
    let downFilter: StateTensor?
    private let kernel: Int
    private let makesImage: Bool
    private let clamp: Float
    private let (up, down): (Int, Int)
    private let (before, after): (Int, Int)

    /// - Parameter index: of the layer; the last makes the image.
    init(_ sizes: AliasFreeParameters, index: Int, random: Random) {
        let levels = sizes.levels
        let (from, to) = (levels[max(index - 1, 0)], levels[index])
        makesImage = index == sizes.layers
        kernel = makesImage ? 1 : sizes.kernel
        clamp = Float(sizes.clamp)
        let middle = max(from.rate, to.rate) * (makesImage ? 1 : sizes.activationRate)
        (up, down) = (middle / from.rate, middle / to.rate)
        let upTaps = up > 1 && !makesImage ? sizes.filterTaps * up : 1
        let downTaps = down > 1 && !makesImage ? sizes.filterTaps * down : 1
        let isRadial = sizes.isRadial && index < sizes.layers - sizes.criticalLayers
        upFilter = upTaps > 1 ? StateTensor(.full([upTaps], 1 / Float(upTaps))) : nil
        let share = 1 / Float(downTaps)
        downFilter =
            downTaps > 1
            ? StateTensor(isRadial ? .full([downTaps, downTaps], share * share) : .full([downTaps], share)) : nil
        // What the filters take away, and what the sizes lack.
        let border =
            (to.size - 1) * down + 1 - (from.size + kernel - 1) * up + upTaps + downTaps - 2
        before = (border + up) >> 1
        after = border - before
        affine = FullyConnected(sizes.styleSize, from.channels, biasStart: 1, random: random)
        weight = Parameter(Initializer.normal(1)([to.channels, from.channels, kernel, kernel], random: random))
        bias = Parameter(.zeros([to.channels]))
        magnitudeEma = StateTensor(.ones([]))
    }

    /// `[N, inputs, H, W] → [N, outputs, H', W']`.
    ///
    /// - Parameter style: `[N, styleSize]`.
    func callAsFunction(_ x: Tensor, style: Tensor, _ mode: ForwardMode) -> Tensor {
        let inputGain = magnitudeEma.value.squareRoot().reciprocal()
        var (scales, kernels) = (affine(style, mode), weight.value(in: mode))
        var factors: Tensor
        if makesImage {
            scales = scales.scaled(by: 1 / Float(kernels.count / kernels.shape[0]).squareRoot())
            factors = inputGain.reshaped(to: [1, 1]).broadcast(to: [x.shape[0], kernels.shape[0]])
        } else {
            kernels = kernels / kernels.squared().mean(axes: [1, 2, 3], keepingAxes: true).squareRoot()
            scales = scales.normalizedSecondMoment()
            let squares = kernels.squared().sum(axes: [2, 3])
            let norms = scales.squared().matrixProduct(squares, transposingOther: true) + 1e-8
            factors = norms.squareRoot().reciprocal() * inputGain
        }
        let y = x.channelScaled(by: scales)
            .convolved(with: kernels, .init(padding: kernel - 1), precision: mode.precision)
            .channelAffine(scale: factors, shift: bias.value(in: mode).broadcast(to: factors.shape))
        let finer = y.resampled(by: upFilter?.value.values ?? [1], up: up, before: before, after: after)
        let activated =
            makesImage
            ? finer : finer.leakyReLU(slope: StyleArithmetic.slope).scaled(by: StyleArithmetic.rectifierGain)
        return activated.clamped(to: clamp).decimated(by: downFilter?.value, down: down)
    }
}
