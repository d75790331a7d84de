import TensorCore

/// A layer that can apply an activation while it writes its result, so that in `Sequential` the activation after it
/// costs nothing.
public protocol ActivatedLayer: Layer {
    /// The layer's output after an activation.
    func callAsFunction(_ x: Tensor, _ mode: ForwardMode, then activation: Activation) -> Tensor
}

extension ActivatedLayer {
    /// The layer's output without a rectifier.
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { self(x, mode, then: .none) }
}

/// An activation that only changes negative values.
public protocol ActivationLayer: Layer {
    /// The activation in a forward mode: in inference, with weights without history.
    func activation(in mode: ForwardMode) -> Activation
}

extension ActivationLayer {
    /// Tensors of any shape; the result has the same.
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { x.activated(by: activation(in: mode)) }
}

/// max(x, 0).
public final class ReLU: ActivationLayer {
    /// A layer without settings.
    public init() {}
    /// Negative values become 0.
    public func activation(in mode: ForwardMode) -> Activation { .relu }
}

/// x for positive x, otherwise negativeSlope · x.
public final class LeakyReLU: ActivationLayer {
    private let slope: Float
    /// - Parameter slope: the factor of negative values; GANs usually take 0.2.
    public init(_ slope: Float = 0.2) { self.slope = slope }
    /// Negative values are multiplied by the slope.
    public func activation(in mode: ForwardMode) -> Activation { .leakyReLU(slope: slope) }
}

/// The hyperbolic tangent: images in −1 ... 1.
public final class Tanh: Layer {
    /// A layer without settings.
    public init() {}
    /// Tensors of any shape; the result has the same.
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { x.tanh() }
}

/// 1 / (1 + e⁻ˣ).
public final class Sigmoid: Layer {
    /// A layer without settings.
    public init() {}
    /// Tensors of any shape; the result has the same.
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { x.sigmoid() }
}

/// x · tanh(log(1 + eˣ)) (Misra 2019).
public final class Mish: Layer {
    /// A layer without settings.
    public init() {}
    /// Tensors of any shape; the result has the same.
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { x.mish() }
}

/// x · Φ(x), where Φ is the distribution function of the standard normal distribution (Hendrycks & Gimpel 2016).
public final class GELU: Layer {
    /// A layer without settings.
    public init() {}
    /// Tensors of any shape; the result has the same.
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { x.gelu() }
}

/// x for positive x, otherwise weight · x, with a learned weight for each channel (He et al. 2015). `weight` is
/// `[channels]` and starts at 0.25. A single weight serves all channels.
public final class PReLU: ActivationLayer {
    /// The weights of negative values, `[channels]`.
    public let weight: Parameter

    /// - Parameters:
    ///   - channels: the number of weights; a single weight serves all channels.
    ///   - initial: their initial value.
    public init(_ channels: Int = 1, initial: Float = 0.25) { weight = Parameter(.full([channels], initial)) }

    /// Negative values are multiplied by the weight of their channel.
    public func activation(in mode: ForwardMode) -> Activation { .prelu(weights: weight.value(in: mode)) }
}
