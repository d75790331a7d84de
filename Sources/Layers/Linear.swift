import TensorCore

/// An affine map of the last axis: y = x·Wᵀ + b, `[…, inputs] → […, outputs]`.
///
/// `weight` is `[outputs, inputs]`, `bias` is `[outputs]`. By default both start uniform in ±1/√inputs.
public final class Linear: Layer {
    /// `[outputs, inputs]`.
    public let weight: Parameter
    /// `[outputs]`; nil without bias.
    public let bias: Parameter?
    let weightU: StateTensor?
    let weightV: StateTensor?

    /// - Parameters:
    ///   - inputs: the number of inputs.
    ///   - outputs: the number of outputs.
    ///   - bias: whether a bias is added.
    ///   - initializer: makes the initial weights.
    ///   - spectralNorm: divide the weight by its largest singular value (Miyato et al. 2018).
    ///   - random: the source of random numbers.
    public init(
        _ inputs: Int, _ outputs: Int, bias: Bool = true, initializer: Initializer = .pytorchDefault,
        spectralNorm: Bool = false, random: Random
    ) {
        weight = Parameter(initializer([outputs, inputs], random: random))
        self.bias = bias ? Parameter(initializer.bias(outputs, weight: weight.shape, random: random)) : nil
        let vectors = spectralNorm ? SpectralNorm.vectors(for: weight.value, random: random) : nil
        weightU = vectors?.u
        weightV = vectors?.v
    }

    /// `[…, inputs] → […, outputs]`.
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        var weight = weight.value(in: mode)
        if let weightU, let weightV { weight = SpectralNorm.apply(weight, u: weightU, v: weightV, mode) }
        let rows = x.rank == 2 ? x : x.reshaped(to: [x.count / x.shape[-1], x.shape[-1]])
        let product = rows.matrixProduct(weight, transposingOther: true, precision: mode.precision)
        let y = bias.map { product + $0.value(in: mode) } ?? product
        return x.rank == 2 ? y : y.reshaped(to: x.shape.replacing(-1, with: weight.shape[0]))
    }
}
