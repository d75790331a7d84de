import TensorCore

/// Batch normalization (Ioffe & Szegedy 2015) of `[N, C]` or `[N, C, H, W]`, per channel:
/// y = weight · (x − mean) / √(variance + epsilon) + bias.
///
/// Training normalizes with the statistics of the batch and moves the running statistics toward them by `momentum` (the
/// running variance is divided by n − 1, as in PyTorch). Inference uses the running statistics. `weight` starts at 1,
/// `bias` at 0, `running_mean` at 0, `running_var` at 1.
public final class BatchNorm: ActivatedLayer {
    /// Scales, `[channels]`; nil without `affine`.
    public let weight: Parameter?
    /// Shifts, `[channels]`; nil without `affine`.
    public let bias: Parameter?
    /// The running mean of each channel, which inference uses, `[channels]`.
    public let runningMean: StateTensor
    /// The running variance of each channel, which inference uses, `[channels]`.
    public let runningVar: StateTensor
    private let momentum: Float
    private let epsilon: Float

    /// - Parameters:
    ///   - channels: the number of channels.
    ///   - affine: whether scale and shift are learned.
    ///   - momentum: how far each batch moves the running statistics, 0 … 1.
    ///   - epsilon: added to the variance before the square root.
    public init(_ channels: Int, affine: Bool = true, momentum: Float = 0.1, epsilon: Float = 1e-5) {
        weight = affine ? Parameter(.ones([channels])) : nil
        bias = affine ? Parameter(.zeros([channels])) : nil
        runningMean = StateTensor(.zeros([channels]))
        runningVar = StateTensor(.ones([channels]))
        self.momentum = momentum
        self.epsilon = epsilon
    }

    /// `[N, channels]` or `[N, channels, H, W]`; the result has the same shape.
    public func callAsFunction(_ x: Tensor, _ mode: ForwardMode, then activation: Activation) -> Tensor {
        let (gamma, beta) = (weight?.value(in: mode), bias?.value(in: mode))
        if mode.isTraining {
            let (output, statistics) = x.batchNormalized(
                gamma: gamma, beta: beta, epsilon: epsilon, then: activation, peers: mode.peers)
            let correction = Float(statistics.count) / Float(max(statistics.count - 1, 1))
            runningMean.approach(statistics.mean, by: momentum)
            runningVar.approach(statistics.variance.scaled(by: correction), by: momentum)
            return output
        }
        if mode.usesImageStatistics && x.rank == 4 {
            return x.normalizedByImage(
                for: self, gamma: gamma, beta: beta, epsilon: epsilon, mode, then: activation)
        }
        let moments = (mean: runningMean.value, variance: runningVar.value)
        return x.normalized(by: moments, gamma: gamma, beta: beta, epsilon: epsilon).activated(by: activation)
    }
}

extension StateTensor {
    /// A step of an exponential moving average: value ← value + momentum · (target − value).
    fileprivate func approach(_ target: Tensor, by momentum: Float) {
        assign(value.scaled(by: 1 - momentum) + target.scaled(by: momentum))
    }
}
