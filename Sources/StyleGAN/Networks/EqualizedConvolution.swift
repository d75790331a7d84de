import Layers
import TensorCore

/// A convolution whose weights are scaled by 1 / √(inputs · kernel²) when they are used, with the filter of
/// ``TensorCore/Tensor/filteredDown(_:)`` where it changes the size, and optionally a leaky ReLU of slope 0.2 times √2.
package final class EqualizedConvolution: Module {
    /// What happens to the size.
    enum Resampling { case none, up, down }

    /// `[outputs, inputs, kernel, kernel]`; starts standard normal.
    let weight: Parameter
    /// `[outputs]`; nil without bias.
    let bias: Parameter?
    private let kernel: Int
    private let resampling: Resampling
    private let isRectified: Bool
    private let clamp: Float
    private let gain: Float

    /// - Parameters:
    ///   - kernel: 1 or 3.
    ///   - isRectified: whether the activation follows.
    ///   - resampling: what happens to the size; only linear 1×1 convolutions double it.
    ///   - clamp: the limit of the results; 0 is none.
    init(
        _ inputs: Int, _ outputs: Int, kernel: Int, bias: Bool = true, isRectified: Bool = true,
        _ resampling: Resampling = .none, clamp: Float = 0, random: Random
    ) {
        precondition(
            resampling != .up || kernel == 1 && !bias && !isRectified,
            "EqualizedConvolution: only linear 1×1 convolutions double the size")
        weight = Parameter(Initializer.normal(1)([outputs, inputs, kernel, kernel], random: random))
        self.bias = bias ? Parameter(.zeros([outputs])) : nil
        (self.kernel, self.resampling, self.isRectified, self.clamp) = (kernel, resampling, isRectified, clamp)
        gain = (isRectified ? StyleArithmetic.rectifierGain : 1) / Float(inputs * kernel * kernel).squareRoot()
    }

    /// `[N, inputs, H, W] → [N, outputs, H', W']`, multiplied by `factor`, as is the limit.
    package func callAsFunction(_ x: Tensor, times factor: Float = 1, _ mode: ForwardMode) -> Tensor {
        let weight = weight.value(in: mode).scaled(by: gain * factor)
        let biasGain = (isRectified ? StyleArithmetic.rectifierGain : 1) * factor
        let bias = bias?.value(in: mode).scaled(by: biasGain)
        func convolved(_ x: Tensor, stride: Int = 1, padding: Int) -> Tensor {
            x.convolved(
                with: weight, bias: bias, .init(stride: stride, padding: padding),
                wrapping: padding > 0 ? mode.wrapping : .neither, precision: mode.precision)
        }
        let y =
            switch resampling {
            case .none: convolved(x, padding: kernel / 2)
            case .up: convolved(x, padding: 0).filteredUp(mode.wrapping)
            case .down where kernel == 1: convolved(x.filteredDown(mode.wrapping), padding: 0)
            case .down: convolved(x.filtered(border: 2, mode.wrapping), stride: 2, padding: 0)
            }
        return (isRectified ? y.leakyReLU(slope: StyleArithmetic.slope) : y).clamped(to: clamp * factor)
    }
}
