import TensorCore

/// Batch normalization whose scale and shift are looked up by class (Dumoulin et al. 2017; de Vries et al. 2017):
/// y = gamma[label] · (x − mean) / √(variance + epsilon) + beta[label].
///
/// `gamma.weight` and `beta.weight` are `[classes, channels]` and start at 1 and 0; the statistics are those of the
/// whole batch, as in `BatchNorm`.
public final class ConditionalBatchNorm: Module {
    /// The normalization, without its own scale and shift.
    public let norm: BatchNorm
    /// The scales of each class.
    public let gamma: Embedding
    /// The shifts of each class.
    public let beta: Embedding

    /// - Parameters:
    ///   - channels: of the input.
    ///   - classes: the number of classes.
    ///   - momentum: how far each batch moves the running statistics, 0 … 1.
    ///   - epsilon: added to the variance before the square root.
    public init(_ channels: Int, classes: Int, momentum: Float = 0.1, epsilon: Float = 1e-5) {
        let random = Random(seed: 0)
        norm = BatchNorm(channels, affine: false, momentum: momentum, epsilon: epsilon)
        gamma = Embedding(classes, channels, initializer: .ones, random: random)
        beta = Embedding(classes, channels, initializer: .zeros, random: random)
    }

    /// - Parameters:
    ///   - x: `[N, C]` or `[N, C, H, W]`.
    ///   - labels: the class of each of the N.
    ///   - mode: training, calibration or inference.
    public func callAsFunction(_ x: Tensor, _ labels: [Int], _ mode: ForwardMode) -> Tensor {
        self(x, Tensor(labels.map { Float($0) }, shape: [labels.count]), mode)
    }

    /// - Parameters:
    ///   - x: `[N, C]` or `[N, C, H, W]`.
    ///   - classes: the class of each of the N as a number, `[N]`, or the share of each class, `[N, classes]`.
    ///   - mode: training, calibration or inference.
    public func callAsFunction(_ x: Tensor, _ classes: Tensor, _ mode: ForwardMode) -> Tensor {
        precondition(classes.shape[0] == x.shape[0], "ConditionalBatchNorm: \(classes.shape) classes for \(x.shape)")
        return norm(x, mode).channelAffine(scale: gamma(classes, mode), shift: beta(classes, mode))
    }
}
