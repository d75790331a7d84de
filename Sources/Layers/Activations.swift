import TensorCore

/// max(x, 0).
public final class ReLU: Layer {
    /// A layer without settings.
    public init() {}
    /// Tensors of any shape; the result has the same.
    public func callAsFunction(_ x: Tensor, _ phase: Phase) -> Tensor { x.relu() }
}

/// x for positive x, else slope · x.
public final class LeakyReLU: Layer {
    private let slope: Float
    /// - Parameter slope: the factor of negative values; GANs usually take 0.2.
    public init(_ slope: Float = 0.2) { self.slope = slope }
    /// Tensors of any shape; the result has the same.
    public func callAsFunction(_ x: Tensor, _ phase: Phase) -> Tensor { x.leakyReLU(slope: slope) }
}

/// The hyperbolic tangent: pictures in −1 ... 1.
public final class Tanh: Layer {
    /// A layer without settings.
    public init() {}
    /// Tensors of any shape; the result has the same.
    public func callAsFunction(_ x: Tensor, _ phase: Phase) -> Tensor { x.tanh() }
}

/// 1 / (1 + e⁻ˣ).
public final class Sigmoid: Layer {
    /// A layer without settings.
    public init() {}
    /// Tensors of any shape; the result has the same.
    public func callAsFunction(_ x: Tensor, _ phase: Phase) -> Tensor { x.sigmoid() }
}

/// x for positive x, else weight · x with a learned slope per channel (He et al. 2015). `weight` is `[channels]` and
/// starts at 0.25; with a single channel one slope serves all.
public final class PReLU: Layer {
    /// The slopes of negative values, `[channels]`.
    public let weight: Parameter

    /// - Parameters:
    ///   - channels: how many slopes are learned; 1 makes one serve all channels.
    ///   - initial: what they start at.
    public init(_ channels: Int = 1, initial: Float = 0.25) { weight = Parameter(.full([channels], initial)) }

    /// `[N, channels, …]`; the result has the same shape.
    public func callAsFunction(_ x: Tensor, _ phase: Phase) -> Tensor {
        let slope = weight.value(in: phase)
        let perChannel = slope.reshaped(to: Shape([1, slope.count] + [Int](repeating: 1, count: max(x.rank - 2, 0))))
        return x.relu() - (-x).relu() * perChannel
    }
}
