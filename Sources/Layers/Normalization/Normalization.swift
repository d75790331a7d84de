import TensorCore

/// Normalizes every channel of every image separately (Ulyanov et al. 2016), `[N, C, H, W]`, without running
/// statistics.
///
/// With `affine`, `weight` and `bias` are `[channels]` and start at 1 and 0. As in PyTorch, the default is no affine
/// map.
public final class InstanceNorm: ActivatedLayer {
    /// Scales, `[channels]`; nil without `affine`.
    public let weight: Parameter?
    /// Shifts, `[channels]`; nil without `affine`.
    public let bias: Parameter?
    private let epsilon: Float

    /// - Parameters:
    ///   - channels: the number of channels.
    ///   - affine: whether scale and shift are learned.
    ///   - epsilon: added to the variance before the square root.
    public init(_ channels: Int, affine: Bool = false, epsilon: Float = 1e-5) {
        weight = affine ? Parameter(.ones([channels])) : nil
        bias = affine ? Parameter(.zeros([channels])) : nil
        self.epsilon = epsilon
    }

    /// `[N, channels, H, W]`; the result has the same shape.
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode, then activation: Activation) -> Tensor {
        x.normalizedByImage(
            for: self, gamma: weight?.value(in: mode), beta: bias?.value(in: mode), epsilon: epsilon, mode,
            then: activation)
    }
}

/// Normalizes the channels of every image in groups (Wu & He 2018), `[N, C, …]`. `weight` and `bias` are `[channels]`
/// and start at 1 and 0.
public final class GroupNorm: Layer {
    /// Scales, `[channels]`; nil without `affine`.
    public let weight: Parameter?
    /// Shifts, `[channels]`; nil without `affine`.
    public let bias: Parameter?
    private let groups: Int
    private let epsilon: Float

    /// - Parameters:
    ///   - groups: the number of groups; must divide the number of channels.
    ///   - channels: the number of channels.
    ///   - affine: whether scale and shift are learned.
    ///   - epsilon: added to the variance before the square root.
    public init(groups: Int, _ channels: Int, affine: Bool = true, epsilon: Float = 1e-5) {
        precondition(channels % groups == 0, "GroupNorm: \(channels) channels in \(groups) groups")
        weight = affine ? Parameter(.ones([channels])) : nil
        bias = affine ? Parameter(.zeros([channels])) : nil
        self.groups = groups
        self.epsilon = epsilon
    }

    /// `[N, channels, …]`; the result has the same shape.
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        x.groupNormalized(
            groups: groups, gamma: weight?.value(in: mode), beta: bias?.value(in: mode), epsilon: epsilon)
    }
}

/// Normalization over the last axes (Ba et al. 2016). `weight` and `bias` have the shape of those axes and start at 1
/// and 0.
///
///     let overFeatures = LayerNorm([256])
///     let overImages = LayerNorm([64, 32, 32])
public final class LayerNorm: Layer {
    /// Scales, of the normalized shape; nil without `affine`.
    public let weight: Parameter?
    /// Shifts, of the normalized shape; nil without `affine`.
    public let bias: Parameter?
    private let shape: Shape
    private let epsilon: Float

    /// - Parameters:
    ///   - shape: the trailing axes that are normalized together.
    ///   - affine: whether scale and shift are learned.
    ///   - epsilon: added to the variance before the square root.
    public init(_ shape: Shape, affine: Bool = true, epsilon: Float = 1e-5) {
        weight = affine ? Parameter(.ones(shape)) : nil
        bias = affine ? Parameter(.zeros(shape)) : nil
        self.shape = shape
        self.epsilon = epsilon
    }

    /// A tensor whose last axes are the normalized shape; the result has the same.
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        precondition(
            x.shape.dimensions.suffix(shape.rank).elementsEqual(shape.dimensions), "LayerNorm of \(shape): \(x.shape)")
        return x.layerNormalized(
            axes: shape.rank, gamma: weight?.value(in: mode), beta: bias?.value(in: mode), epsilon: epsilon)
    }
}
