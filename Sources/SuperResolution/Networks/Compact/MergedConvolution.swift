import Layers
import TensorCore

/// A 3×3 convolution that is trained as a sum of two paths: a 1×1 convolution, and a chain 1×1, 3×3, 1×1 that is twice
/// as wide inside. Both are linear, so together they are one 3×3 convolution, in training as in inference (Wan et al.
/// 2024, "Swift parameter-free attention network for efficient super-resolution").
///
/// `sk` and `conv` are the two paths. `eval_conv` is their sum. With the paths it is only stored, as public programs
/// store it, and what counts is computed from the paths; a file of finished weights may have `eval_conv` alone.
final class MergedConvolution: Layer {
    let sk: Conv2d?
    let conv: Sequential?
    let evalConv: any Module

    /// - Parameter merged: whether the sum is all that there is.
    init(_ inputs: Int, _ outputs: Int, merged: Bool, random: Random) {
        guard !merged else {
            (sk, conv) = (nil, nil)
            evalConv = Conv2d(inputs, outputs, kernel: 3, padding: 1, random: random)
            return
        }
        sk = Conv2d(inputs, outputs, kernel: 1, random: random)
        conv = Sequential([
            Conv2d(inputs, 2 * inputs, kernel: 1, random: random),
            Conv2d(2 * inputs, 2 * outputs, kernel: 3, random: random),
            Conv2d(2 * outputs, outputs, kernel: 1, random: random),
        ])
        evalConv = StoredSum(inputs, outputs)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        guard let sk, let parts = conv?.layers as? [Conv2d] else {
            return (evalConv as? Conv2d)?(x, mode) ?? x
        }
        let (weight, bias) = Self.sum(sk, parts, mode)
        if mode.isTraining { (evalConv as? StoredSum)?.assign(weight, bias) }
        return x.convolved(
            with: weight, bias: bias, ConvolutionParameters(padding: 1), wrapping: mode.wrapping,
            precision: mode.precision)
    }

    /// The weight and the bias of the sum; gradients flow to both paths.
    private static func sum(_ sk: Conv2d, _ parts: [Conv2d], _ mode: ForwardMode) -> (weight: Tensor, bias: Tensor) {
        let weights = parts.map { $0.weight.value(in: mode) }
        let biases = parts.map { $0.bias?.value(in: mode) ?? .zeros([$0.weight.shape[0]]) }
        let (inputs, inner) = (weights[0].shape[1], weights[0].shape[0])
        let (outer, outputs) = (weights[2].shape[1], weights[2].shape[0])
        let middle = weights[1].reshaped(to: [outer, inner * 9])
        let last = weights[2].reshaped(to: [outputs, outer])
        let behind = last.matrixProduct(middle).reshaped(to: [outputs, inner, 9]).permuted([0, 2, 1])
        let chain = behind.reshaped(to: [outputs * 9, inner])
            .matrixProduct(weights[0].reshaped(to: [inner, inputs]))
            .reshaped(to: [outputs, 9, inputs]).permuted([0, 2, 1]).reshaped(to: [outputs, inputs, 3, 3])
        let short = sk.weight.value(in: mode).padded(top: 1, bottom: 1, left: 1, right: 1)

        let taps = weights[1].reshaped(to: [outer, inner, 9]).sum(axes: [2])
        let before = taps.matrixProduct(biases[0].reshaped(to: [inner, 1])).reshaped(to: [outer]) + biases[1]
        let bias = last.matrixProduct(before.reshaped(to: [outer, 1])).reshaped(to: [outputs]) + biases[2]
        return (chain + short, sk.bias.map { bias + $0.value(in: mode) } ?? bias)
    }
}

/// The sum of both paths as it was when the network was last trained or saved.
private final class StoredSum: Module {
    let weight: StateTensor
    let bias: StateTensor

    init(_ inputs: Int, _ outputs: Int) {
        weight = StateTensor(.zeros([outputs, inputs, 3, 3]))
        bias = StateTensor(.zeros([outputs]))
    }

    func assign(_ weight: Tensor, _ bias: Tensor) {
        self.weight.assign(weight)
        self.bias.assign(bias)
    }
}
