/// What becomes of negative values; others pass.
public enum Rectifier: Sendable {
    /// They pass too.
    case none
    /// They are multiplied by a slope that is not negative: 0 for relu.
    case leaky(slope: Float)
    /// They are multiplied by a slope of their channel, `[C]`, or by one for all, `[1]` (PReLU; He et al. 2015).
    case learned(weights: Tensor)
}

extension Tensor {
    /// This tensor with its negative values treated by a rectifier.
    public func rectified(by rectifier: Rectifier) -> Tensor {
        switch rectifier {
        case .none: self
        case .leaky(let slope): leakyReLU(slope: slope)
        case .learned(let weights): prelu(weights: weights)
        }
    }

    /// x for positive x, else its channel's slope times x (He et al. 2015), for `[N, C, …]`.
    ///
    /// - Parameter weights: `[C]`, or `[1]` for one that serves all channels.
    public func prelu(weights: Tensor) -> Tensor {
        let channels = rank > 1 ? shape[1] : count
        precondition(
            weights.rank == 1 && (weights.count == channels || weights.count == 1), "prelu: \(weights.shape) for \(shape)")
        let weights = weights.broadcast(to: [channels])
        return .record(
            .prelu, Kernels.prelu(self, weights: weights), inputs: [self, weights], saving: [self, weights]
        ) { p in
            let (x, weights) = (p.saved[0], p.saved[1])
            if p.createsGraph {
                let (dx, weightGradient) = p.gradient.preluGradients(of: x, weights: weights)
                return [dx, weightGradient]
            }
            let (dx, weightGradient) = Kernels.preluGradients(x, weights: weights, overwriting: p.takeGradient())
            return [dx, weightGradient]
        }
    }

    /// The gradients of `z.prelu(weights:)` for this gradient of its result, in operations that can be differentiated.
    func preluGradients(of z: Tensor, weights: Tensor) -> (z: Tensor, weights: Tensor) {
        let perChannel = z.rank > 1 ? [1, z.shape[1]] + [Int](repeating: 1, count: z.rank - 2) : [z.count]
        let pixels = z.rank > 1 ? [0] + Array(2..<z.rank) : []
        let sloped = Tensor.select(z .> 0, self, self * weights.reshaped(to: Shape(perChannel)))
        return (sloped, (self * (z - z.relu())).sum(axes: pixels).reshaped(to: weights.shape))
    }
}
