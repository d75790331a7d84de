import Layers
import TensorCore

/// A fully connected layer whose weights are scaled when they are used (Karras et al. 2018, "Progressive growing of
/// GANs"): y = (m / √inputs) · W·x + m · b, with a learning-rate multiplier m, and optionally a leaky ReLU of slope 0.2
/// times √2. `[N, inputs] → [N, outputs]`.
package final class FullyConnected: Module {
    /// `[outputs, inputs]`; starts normal with deviation 1 / m.
    let weight: Parameter
    /// `[outputs]`.
    let bias: Parameter
    private let weightGain: Float
    private let biasGain: Float
    private let isRectified: Bool

    /// - Parameters:
    ///   - isRectified: whether the activation follows.
    ///   - biasStart: the initial value of the biases.
    ///   - rateMultiplier: m.
    init(
        _ inputs: Int, _ outputs: Int, isRectified: Bool = false, biasStart: Float = 0, rateMultiplier: Float = 1,
        random: Random
    ) {
        weight = Parameter(Initializer.normal(1 / rateMultiplier)([outputs, inputs], random: random))
        bias = Parameter(.full([outputs], biasStart))
        // √2 may go before the leaky ReLU.
        let gain = isRectified ? StyleArithmetic.rectifierGain : 1
        weightGain = rateMultiplier * gain / Float(inputs).squareRoot()
        biasGain = rateMultiplier * gain
        self.isRectified = isRectified
    }

    /// `[N, inputs] → [N, outputs]`.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        shifted(x.matrixProduct(weight.value(in: mode), transposingOther: true, precision: mode.precision), mode)
    }

    /// The outputs for one-hot inputs, given by their positions as numbers, `[N]`, or for shares of them, `[N, inputs]`.
    func callAsFunction(positions: Tensor, _ mode: ForwardMode) -> Tensor {
        shifted(weight.value(in: mode).transposed().rows(ofClasses: positions), mode)
    }

    private func shifted(_ product: Tensor, _ mode: ForwardMode) -> Tensor {
        let y = product.scaled(by: weightGain) + bias.value(in: mode).scaled(by: biasGain)
        return isRectified ? y.leakyReLU(slope: StyleArithmetic.slope) : y
    }
}

/// The constants of StyleGAN2's arithmetic.
enum StyleArithmetic {
    /// The slope of its leaky ReLU.
    static let slope: Float = 0.2
    /// The factor of its leaky ReLU, which keeps the variance.
    static let rectifierGain = Float(2).squareRoot()
    /// The factor of both branches of a residual block.
    static let branchGain = Float(0.5).squareRoot()
}

extension Tensor {
    /// Vectors `[N, C]` divided by the root of their mean square.
    func normalizedSecondMoment() -> Tensor {
        self * (squared().mean(axes: [1], keepingAxes: true) + 1e-8).squareRoot().reciprocal()
    }

    /// Values forced into ±limit; a limit of 0 is none.
    func clamped(to limit: Float) -> Tensor { limit > 0 ? clamped(to: -limit...limit) : self }
}
