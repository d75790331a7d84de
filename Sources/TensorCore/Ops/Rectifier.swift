/// What becomes of negative values; others pass.
public enum Rectifier: Sendable {
    /// They pass too.
    case none
    /// They are multiplied by a slope that is not negative: 0 for relu.
    case leaky(slope: Float)
    /// They are multiplied by a slope of their channel, `[C]`, or by one for all, `[1]` (PReLU; He et al. 2015).
    case learned(slopes: Tensor)
}

extension Tensor {
    /// This tensor with its negative values treated by a rectifier.
    public func rectified(by rectifier: Rectifier) -> Tensor {
        switch rectifier {
        case .none: self
        case .leaky(let slope): leakyReLU(slope: slope)
        case .learned(let slopes): prelu(slopes: slopes)
        }
    }

    /// x for positive x, else its channel's slope times x (He et al. 2015), for `[N, C, …]`.
    ///
    /// - Parameter slopes: `[C]`, or `[1]` for one that serves all channels.
    public func prelu(slopes: Tensor) -> Tensor {
        let channels = rank > 1 ? shape[1] : count
        precondition(
            slopes.rank == 1 && (slopes.count == channels || slopes.count == 1), "prelu: \(slopes.shape) for \(shape)")
        let slopes = slopes.broadcast(to: [channels])
        return .record(
            .prelu, Kernels.prelu(self, slopes: slopes), inputs: [self, slopes], saving: [self, slopes]
        ) { p in
            let (x, slopes) = (p.saved[0], p.saved[1])
            if p.createsGraph {
                let (dx, dslopes) = p.gradient.slopeGradients(of: x, slopes: slopes)
                return [dx, dslopes]
            }
            let (dx, dslopes) = Kernels.preluGradients(x, slopes: slopes, overwriting: p.takeGradient())
            return [dx, dslopes]
        }
    }

    /// The gradients of `z.prelu(slopes:)` for this gradient of its result, in operations that can be differentiated.
    func slopeGradients(of z: Tensor, slopes: Tensor) -> (z: Tensor, slopes: Tensor) {
        let perChannel = z.rank > 1 ? [1, z.shape[1]] + [Int](repeating: 1, count: z.rank - 2) : [z.count]
        let pixels = z.rank > 1 ? [0] + Array(2..<z.rank) : []
        let sloped = Tensor.select(z .> 0, self, self * slopes.reshaped(to: Shape(perChannel)))
        return (sloped, (self * (z - z.relu())).sum(axes: pixels).reshaped(to: slopes.shape))
    }
}
