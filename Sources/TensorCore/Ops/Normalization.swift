/// Statistics of a batch, per channel, of shape `[C]`; they carry no gradient.
public struct BatchStatistics: Sendable {
    /// Of shape `[C]`.
    public let mean: Tensor
    /// Divided by n, as the normalization uses it.
    public let variance: Tensor
    /// How many values each was taken over.
    public let count: Int
}

extension Tensor {
    /// Batch normalization with the statistics of the batch (Ioffe & Szegedy 2015): per channel of `[N, C]` or `[N, C,
    /// H, W]`, gamma · (x − mean) / √(variance + epsilon) + beta.
    ///
    /// - Parameters:
    ///   - gamma: of shape `[C]`; nil for 1.
    ///   - beta: of shape `[C]`; nil for 0.
    ///   - epsilon: is added to the variance, so that no channel is divided by 0.
    ///   - activation: the activation; in the same pass over memory if it does not change positive values.
    /// - Returns: the normalized tensor, and the statistics for a running average.
    public func batchNormalized(
        gamma: Tensor? = nil, beta: Tensor? = nil, epsilon: Float = 1e-5, then activation: Activation = .none
    ) -> (output: Tensor, statistics: BatchStatistics) {
        batchNormalized(gamma: gamma, beta: beta, epsilon: epsilon, then: activation, peers: nil)
    }

    /// The same for a part of a batch, with the statistics of the whole batch.
    ///
    /// - Parameter peers: who computes the other parts; nil if there are none.
    package func batchNormalized(
        gamma: Tensor?, beta: Tensor?, epsilon: Float, then activation: Activation, peers: (any BatchPeers)?
    ) -> (output: Tensor, statistics: BatchStatistics) {
        let part = backend.moments(self, .channels)
        let (mean, variance) = peers?.moments(part) ?? part
        let count = NormalizationSets.channels.size(in: shape) * (peers?.count ?? 1)
        let statistics = BatchStatistics(mean: mean, variance: variance, count: count)
        let axes = [0] + Array(2..<Swift.max(rank, 2))
        let output = normalized(
            .channels, axes: axes, mean: mean, variance: variance, gamma: gamma, beta: beta, epsilon: epsilon,
            then: activation, peers: peers)
        return (output, statistics)
    }

    /// Every channel of every image normalized on its own (Ulyanov et al. 2016), `[N, C, H, W]`.
    ///
    /// - Parameters:
    ///   - gamma: of shape `[C]`; nil for 1.
    ///   - beta: of shape `[C]`; nil for 0.
    ///   - epsilon: is added to the variance, so that no channel is divided by 0.
    ///   - activation: the activation; in the same pass over memory if it does not change positive values.
    ///   - observer: receives the means and the variances, each `[N · C]`, when they are computed.
    public func instanceNormalized(
        gamma: Tensor? = nil, beta: Tensor? = nil, epsilon: Float = 1e-5, then activation: Activation = .none,
        observer: (@Sendable (_ mean: Tensor, _ variance: Tensor) -> Void)? = nil
    ) -> Tensor {
        precondition(rank > 2, "instanceNormalized: \(shape)")
        var (mean, variance) = backend.moments(self, .channelsOfSamples)
        if let observer { mean = mean.backend.observed(mean, variance, by: observer) }
        return normalized(
            .channelsOfSamples, axes: Array(2..<rank), mean: mean, variance: variance, gamma: gamma, beta: beta,
            epsilon: epsilon, then: activation)
    }

    /// The channels of every image normalized in groups (Wu & He 2018), `[N, C, …]`; gamma and beta are `[C]`.
    public func groupNormalized(
        groups: Int, gamma: Tensor? = nil, beta: Tensor? = nil, epsilon: Float = 1e-5
    ) -> Tensor {
        precondition(rank >= 2 && shape[1] % groups == 0, "groupNormalized: \(shape) in \(groups) groups")
        if rank == 4, groups < shape[1], ![self, gamma, beta].contains(where: { $0?.isRecorded ?? false }) {
            return normalizedByChannels(groups: groups, gamma: gamma, beta: beta, epsilon: epsilon)
        }
        let perChannel = Shape([1, shape[1]] + [Int](repeating: 1, count: rank - 2))
        return rowsNormalized(width: count / (shape[0] * groups), epsilon: epsilon)
            .affine(gamma?.reshaped(to: perChannel), beta?.reshaped(to: perChannel))
    }

    /// The same from the statistics of single channels, which needs no other layout; carries no gradient. The variance
    /// of a group is the mean of its channels' variances plus the variance of their means.
    private func normalizedByChannels(groups: Int, gamma: Tensor?, beta: Tensor?, epsilon: Float) -> Tensor {
        let (sets, members) = (shape[0] * shape[1], shape[1] / groups)
        let (means, variances) = backend.moments(self, .channelsOfSamples)
        let grouped = means.reshaped(to: [sets / members, members])
        let mean = grouped.mean(axes: [1], keepingAxes: true)
        let spread = variances.reshaped(to: grouped.shape) + (grouped - mean).squared()
        let variance = spread.mean(axes: [1], keepingAxes: true)
        let inverse = backend.unary(.reciprocalSquareRoot, variance + epsilon)
        func repeated(_ x: Tensor) -> Tensor { x.broadcast(to: grouped.shape).reshaped(to: [sets]) }
        let scale = gamma.map { repeated(inverse) * $0.spread(over: sets) } ?? repeated(inverse)
        let offset = -repeated(mean) * scale
        let shift = beta.map { offset + $0.spread(over: sets) } ?? offset
        return backend.normalized(
            self, .channelsOfSamples, NormalizationNumbers(scale: scale, shift: shift, weights: nil))
    }

    /// Normalization over the last axes (Ba et al. 2016); gamma and beta have the shape of those axes.
    public func layerNormalized(
        axes: Int = 1, gamma: Tensor? = nil, beta: Tensor? = nil, epsilon: Float = 1e-5
    ) -> Tensor {
        let width = shape.dimensions.suffix(axes).reduce(1, *)
        return rowsNormalized(width: width, epsilon: epsilon).affine(gamma, beta)
    }

    /// The channels of every pixel normalized on their own (Ba et al. 2016), `[N, C, H, W]`; gamma and beta are `[C]`.
    public func channelsNormalized(gamma: Tensor? = nil, beta: Tensor? = nil, epsilon: Float = 1e-5) -> Tensor {
        precondition(rank == 4, "channelsNormalized: \(shape) is no list of images")
        let value = Tensor.backend(self, gamma, beta)
            .channelsNormalized(self, gamma: gamma, beta: beta, epsilon: epsilon)
        let inputs = [self] + [gamma, beta].compactMap { $0 }
        let hasGamma = gamma != nil
        return .record(.channelsNormalize, value, inputs: inputs, saving: inputs) { p in
            p.gradients { inputs in
                let scales = hasGamma ? inputs[1] : nil
                let shifts = inputs.count == (hasGamma ? 3 : 2) ? inputs[inputs.count - 1] : nil
                return inputs[0].permuted([0, 2, 3, 1])
                    .layerNormalized(gamma: scales, beta: shifts, epsilon: epsilon).permuted([0, 3, 1, 2])
            }
        }
    }

    /// Runs of `width` consecutive values normalized to mean 0 and variance 1.
    private func rowsNormalized(width: Int, epsilon: Float) -> Tensor {
        let rows = reshaped(to: [count / width, width])
        let (mean, variance) = rows.backend.moments(rows, .rows(width: width))
        return rows.normalized(
            .rows(width: width), axes: [1], mean: mean, variance: variance, gamma: nil, beta: nil, epsilon: epsilon,
            then: .none
        ).reshaped(to: shape)
    }

    private func affine(_ gamma: Tensor?, _ beta: Tensor?) -> Tensor {
        let scaled = gamma.map { self * $0 } ?? self
        return beta.map { scaled + $0 } ?? scaled
    }

    /// The fused normalization over `axes`, with the given sets. Gamma, beta and weights are `[C]` and shared by all
    /// samples. Fused kernels compute gradients; elementary operations compute gradients of gradients.
    ///
    /// - Parameter peers: who computes the other parts of a batch that is normalized as a whole; mean and variance are
    ///   then those of all parts.
    private func normalized(
        _ sets: NormalizationSets, axes: [Int], mean: Tensor, variance: Tensor, gamma: Tensor?, beta: Tensor?,
        epsilon: Float, then activation: Activation, peers: (any BatchPeers)? = nil
    ) -> Tensor {
        let channels = rank > 1 ? shape[1] : count
        let setCount = sets.count(in: shape)
        var leak: Float?
        var learned: Tensor?
        var weights: Tensor?
        switch activation {
        case .none: break
        case .relu: leak = 0
        case .leakyReLU(let slope):
            precondition(slope >= 0, "normalization: negative slope \(slope)")
            leak = slope
        case .prelu(let values):
            precondition(values.count == channels || values.count == 1, "normalization: weights \(values.shape)")
            learned = values.broadcast(to: [channels])
            weights = learned?.spread(over: setCount)
        case .tanh, .sigmoid, .silu, .mish, .gelu:
            return normalized(
                sets, axes: axes, mean: mean, variance: variance, gamma: gamma, beta: beta, epsilon: epsilon,
                then: .none, peers: peers
            ).activated(by: activation)
        }
        let backend = Tensor.backend(self, gamma, beta, learned)
        let inverse = backend.unary(
            .reciprocalSquareRoot, backend.unary(.affine(scale: 1, offset: epsilon), variance))
        let scale = gamma.map { backend.binary(.multiply, inverse, $0.spread(over: setCount)) } ?? inverse
        let offset = backend.unary(.negate, backend.binary(.multiply, mean, scale))
        let shift = beta.map { backend.binary(.add, offset, $0.spread(over: setCount)) } ?? offset
        if let leak { weights = backend.full([setCount], leak) }
        let numbers = NormalizationNumbers(scale: scale, shift: shift, weights: weights)
        let value = backend.normalized(self, sets, numbers)

        let (hasGamma, hasBeta, hasLearned, slope) = (gamma != nil, beta != nil, learned != nil, leak)
        let size = sets.size(in: shape)
        return .record(
            .normalize, value, inputs: [self] + [gamma, beta, learned].compactMap { $0 },
            saving: [self] + [gamma, beta, learned].compactMap { $0 }
        ) { p in
            let x = p.saved[0]
            let gamma = hasGamma ? p.saved[1] : nil
            let beta = hasBeta ? p.saved[hasGamma ? 2 : 1] : nil
            let learned = hasLearned ? p.saved[1 + (hasGamma ? 1 : 0) + (hasBeta ? 1 : 0)] : nil
            if p.createsGraph {
                return Tensor.composedNormalizationGradients(
                    x, axes: axes, epsilon: epsilon, gamma: gamma, beta: beta, slope: slope, learned: learned,
                    gradient: p.gradient, peers: peers)
            }
            let backend = Tensor.backend(p.gradient, x, gamma)
            let found = backend.normalizationGradients(
                x, sets, numbers, mean: mean, inverseDeviation: inverse, overwriting: p.takeGradient(),
                gamma: gamma?.spread(over: setCount), wantsWeights: hasLearned)
            let dx = peers?.gradient(
                at: x, from: found, mean: mean, inverseDeviation: inverse, gamma: gamma, size: size)
            let perChannel = [hasGamma ? found.gamma : nil, hasBeta ? found.beta : nil, found.weights]
            return [dx ?? found.x] + perChannel.filter { $0 != nil }.map { $0?.gathered(channels: channels) }
        }
    }

    /// The gradients of a normalization at x and, if given, at gamma, beta and weights, in differentiable operations.
    private static func composedNormalizationGradients(
        _ x: Tensor, axes: [Int], epsilon: Float, gamma: Tensor?, beta: Tensor?, slope: Float?,
        learned: Tensor?, gradient: Tensor, peers: (any BatchPeers)?
    ) -> [Tensor?] {
        func mean(_ x: Tensor) -> Tensor {
            let part = x.mean(axes: axes, keepingAxes: true)
            return peers.map { part.summed(over: $0).scaled(by: 1 / Float($0.count)) } ?? part
        }
        let channels = x.rank > 1 ? x.shape[1] : x.count
        let perChannel = Shape([1, channels] + [Int](repeating: 1, count: Swift.max(x.rank - 2, 0)))
        let pixels = [0] + Array(2..<Swift.max(x.rank, 2))
        let centerd = x - mean(x)
        let deviation = (mean(centerd.squared()) + epsilon).squareRoot()
        let unit = centerd / deviation
        let z = unit.affine(gamma?.reshaped(to: perChannel), beta?.reshaped(to: perChannel))
        var (outer, weightGradient): (Tensor, Tensor?) = (gradient, nil)
        if let slope { outer = gradient.leakyGate(z, slope: slope) }
        if let learned { (outer, weightGradient) = gradient.preluGradients(of: z, weights: learned) }
        let g = gamma.map { outer * $0.reshaped(to: perChannel) } ?? outer
        let dx = (g - mean(g) - unit * mean(g * unit)) / deviation
        let dgamma = gamma.map { (outer * unit).sum(axes: pixels).reshaped(to: $0.shape) }
        let dbeta = beta.map { outer.sum(axes: pixels).reshaped(to: $0.shape) }
        return [dx, dgamma, dbeta, weightGradient].filter { $0 != nil }
    }

    /// `x · scale[c] + shift[c]` per channel of `[N, C]` or `[N, C, H, W]`: batch normalization with running
    /// statistics. With `[N, C]` instead of `[C]`, each sample has its own scale and shift, as in conditional
    /// normalization.
    public func channelAffine(scale: Tensor, shift: Tensor) -> Tensor {
        let perSample = scale.rank == 2
        let expected: Shape = perSample ? [shape[0], shape[1]] : [shape[1]]
        precondition(
            scale.shape == expected && shift.shape == expected,
            "channelAffine: \(shape) with scale \(scale.shape) and shift \(shift.shape)")
        let value = Tensor.backend(self, scale, shift).channelAffine(self, scale: scale, shift: shift)
        let pixels = Array(2..<Swift.max(rank, 2))
        let broadcast = Shape((perSample ? [shape[0]] : [1]) + [shape[1]] + pixels.map { _ in 1 })
        return .record(.batchAffine, value, inputs: [self, scale, shift], saving: [self, scale]) { p in
            let (x, scale, g) = (p.saved[0], p.saved[1], p.gradient)
            if p.createsGraph {
                let axes = perSample ? pixels : [0] + pixels
                return [
                    p.wanted[0] ? g * scale.reshaped(to: broadcast) : nil,
                    p.wanted[1] ? (g * x).sum(axes: axes) : nil,
                    p.wanted[2] ? g.sum(axes: axes) : nil,
                ]
            }
            let backend = Tensor.backend(g, x, scale)
            let dx = p.wanted[0] ? backend.channelAffine(g, scale: scale, shift: g.full(scale.shape, 0)) : nil
            guard p.wanted[1] || p.wanted[2] else { return [dx, nil, nil] }
            let sums = backend.channelAffineGradients(x, gradient: g, perSample: perSample)
            return [dx, sums.scale, sums.shift]
        }
    }
}

extension Tensor {
    /// Repeats one value for each channel to one for each set.
    fileprivate func spread(over sets: Int) -> Tensor {
        let rows = sets / Swift.max(count, 1)
        return rows == 1 ? self : backend.reshape(backend.broadcast(self, to: [rows, count]), to: [sets])
    }

    /// The sum over the sets of each channel.
    fileprivate func gathered(channels: Int) -> Tensor {
        let rows = count / Swift.max(channels, 1)
        return rows == 1 ? self : reshaped(to: [rows, channels]).sum(axes: [0])
    }
}
