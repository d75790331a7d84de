/// The activations that follow a layer: by themselves, in the same pass over memory as a normalization, or as part of
/// a convolution in an inference plan.
public enum Activation: Sendable {
    /// x itself.
    case none
    /// x for positive x, else 0.
    case relu
    /// x for positive x, else `slope` · x; the slope is not negative.
    case leakyReLU(slope: Float)
    /// x for positive x, else its channel's weight times x; `[C]`, or `[1]` for all (PReLU; He et al. 2015).
    case prelu(weights: Tensor)
    case tanh
}
