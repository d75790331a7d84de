/// The activations after a layer: as separate operations, in the same pass over memory as a normalization, or in a
/// convolution of an inference plan.
public enum Activation: Sendable {
    /// x itself.
    case none
    /// x for positive x, otherwise 0.
    case relu
    /// x for positive x, otherwise `slope` · x; the slope must not be negative.
    case leakyReLU(slope: Float)
    /// x for positive x, otherwise x times the weight of its channel; `[C]`, or `[1]` for all (PReLU; He et al. 2015).
    case prelu(weights: Tensor)
    case tanh
    /// 1 / (1 + e⁻ˣ).
    case sigmoid
    /// x · sigmoid(x).
    case silu
    /// x · tanh(log(1 + eˣ)).
    case mish
    /// x · Φ(x), where Φ is the standard normal distribution function.
    case gelu
}
