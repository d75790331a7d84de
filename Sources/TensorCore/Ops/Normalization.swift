import CKernels

/// Statistics of a batch, per channel, of shape `[C]`; they carry no gradient.
public struct BatchStatistics: Sendable {
    /// Of shape `[C]`.
    public let mean: Tensor
    /// Divided by n, as the normalisation uses it.
    public let variance: Tensor
    /// How many values each was taken over.
    public let count: Int
}

extension Tensor {
    /// Batch normalisation by the batch's own statistics (Ioffe & Szegedy 2015): per channel of `[N, C]` or
    /// `[N, C, H, W]`, gamma · (x − mean) / √(variance + epsilon) + beta.
    ///
    /// - Parameters:
    ///   - gamma, beta: of shape `[C]`; nil for 1 and 0.
    /// - Returns: the normalised tensor, and the statistics for a running average.
    public func batchNormalized(
        gamma: Tensor? = nil, beta: Tensor? = nil, epsilon: Float = 1e-5
    ) -> (output: Tensor, statistics: BatchStatistics) {
        let view = NormalizationView(batchOf: self)
        let (mean, variance) = Kernels.moments(self, view)
        let statistics = BatchStatistics(mean: mean, variance: variance, count: view.setSize)
        let axes = [0] + Array(2..<Swift.max(rank, 2))
        let output = normalized(
            view, axes: axes, mean: mean, variance: variance, gamma: gamma, beta: beta, epsilon: epsilon)
        return (output, statistics)
    }

    /// Every channel of every picture normalised on its own (Ulyanov et al. 2016), `[N, C, H, W]`.
    public func instanceNormalized(gamma: Tensor? = nil, beta: Tensor? = nil, epsilon: Float = 1e-5) -> Tensor {
        groupNormalized(groups: shape[1], gamma: gamma, beta: beta, epsilon: epsilon)
    }

    /// The channels of every picture normalised in groups (Wu & He 2018), `[N, C, …]`; gamma and beta are `[C]`.
    public func groupNormalized(
        groups: Int, gamma: Tensor? = nil, beta: Tensor? = nil, epsilon: Float = 1e-5
    ) -> Tensor {
        precondition(rank >= 2 && shape[1] % groups == 0, "groupNormalized: \(shape) in \(groups) groups")
        let perChannel = Shape([1, shape[1]] + [Int](repeating: 1, count: rank - 2))
        return rowsNormalized(width: count / (shape[0] * groups), epsilon: epsilon)
            .affine(gamma?.reshaped(to: perChannel), beta?.reshaped(to: perChannel))
    }

    /// Normalisation over the last axes (Ba et al. 2016); gamma and beta have the shape of those axes.
    public func layerNormalized(
        axes: Int = 1, gamma: Tensor? = nil, beta: Tensor? = nil, epsilon: Float = 1e-5
    ) -> Tensor {
        let width = shape.dimensions.suffix(axes).reduce(1, *)
        return rowsNormalized(width: width, epsilon: epsilon).affine(gamma, beta)
    }

    /// Runs of `width` consecutive values normalised to mean 0 and variance 1.
    private func rowsNormalized(width: Int, epsilon: Float) -> Tensor {
        let rows = reshaped(to: [count / width, width])
        let plainRows = Kernels.plain(rows)
        let view = NormalizationView(rowsOf: plainRows, width: width)
        let (mean, variance) = Kernels.moments(plainRows, view)
        return rows.normalized(
            view, axes: [1], mean: mean, variance: variance, gamma: nil, beta: nil, epsilon: epsilon
        ).reshaped(to: shape)
    }

    private func affine(_ gamma: Tensor?, _ beta: Tensor?) -> Tensor {
        let scaled = gamma.map { self * $0 } ?? self
        return beta.map { scaled + $0 } ?? scaled
    }

    /// The fused normalisation over `axes`, whose sets are those of `view`. Gradients come from one fused kernel;
    /// gradients of gradients from the composition of elementary operations that it stands for.
    private func normalized(
        _ view: NormalizationView, axes: [Int], mean: Tensor, variance: Tensor, gamma: Tensor?, beta: Tensor?,
        epsilon: Float
    ) -> Tensor {
        let inverse = Kernels.unary(CK_RSQRT, Kernels.unary(CK_AFFINE, variance, 1, epsilon))
        let scale = gamma.map { Kernels.binary(CK_MULTIPLY, inverse, $0) } ?? inverse
        let offset = Kernels.unary(CK_NEGATE, Kernels.binary(CK_MULTIPLY, mean, scale))
        let shift = beta.map { Kernels.binary(CK_ADD, offset, $0) } ?? offset
        let value = Kernels.channelAffine(self, view, scale: scale, shift: shift)

        let present = [gamma, beta].compactMap { $0 }
        let (hasGamma, hasBeta) = (gamma != nil, beta != nil)
        let perSet = Shape((0..<rank).map { axes.contains($0) ? 1 : shape[$0] })
        return .record(
            .normalize, value, inputs: [self] + present,
            saving: [self, mean, inverse] + (gamma.map { [$0] } ?? [])
        ) { p in
            let (x, mean, inverse) = (p.saved[0], p.saved[1], p.saved[2])
            let gamma = hasGamma ? p.saved[3] : nil
            if p.createsGraph {
                let centred = x - x.mean(axes: axes, keepingAxes: true)
                let deviation = (centred.squared().mean(axes: axes, keepingAxes: true) + epsilon).squareRoot()
                let unit = centred / deviation
                let g = gamma.map { p.gradient * $0.reshaped(to: perSet) } ?? p.gradient
                let dx =
                    (g - g.mean(axes: axes, keepingAxes: true)
                        - unit * (g * unit).mean(axes: axes, keepingAxes: true)) / deviation
                let dgamma = (p.gradient * unit).sum(axes: axes).reshaped(to: [view.channels])
                let dbeta = p.gradient.sum(axes: axes).reshaped(to: [view.channels])
                return [dx] + (hasGamma ? [dgamma] : []) + (hasBeta ? [dbeta] : [])
            }
            let (dx, dgamma, dbeta) = Kernels.normalizationGradients(
                x, view, gradient: p.gradient, mean: mean, inverseDeviation: inverse, gamma: gamma)
            return [dx] + (hasGamma ? [dgamma] : []) + (hasBeta ? [dbeta] : [])
        }
    }

    /// `x · scale[c] + shift[c]` per channel of `[N, C]` or `[N, C, H, W]`: batch normalisation by running statistics.
    /// A scale and a shift of `[N, C]` instead of `[C]` are each sample's own: conditional normalisation.
    public func channelAffine(scale: Tensor, shift: Tensor) -> Tensor {
        let perSample = scale.rank == 2
        let expected: Shape = perSample ? [shape[0], shape[1]] : [shape[1]]
        precondition(
            scale.shape == expected && shift.shape == expected,
            "channelAffine: \(shape) with scale \(scale.shape) and shift \(shift.shape)")
        let value = Kernels.channelAffine(self, scale: scale, shift: shift)
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
            let dx = p.wanted[0] ? Kernels.channelAffine(g, scale: scale, shift: .zeros(scale.shape)) : nil
            guard p.wanted[1] || p.wanted[2] else { return [dx, nil, nil] }
            let sums = Kernels.channelAffineGradients(x, gradient: g, perSample: perSample)
            return [dx, sums.scale, sums.shift]
        }
    }
}
