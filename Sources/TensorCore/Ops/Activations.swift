// The activations, each with its derivative. They share the enum `Activation` with the epilogues of kernels.

extension Tensor {
    /// This tensor after an activation.
    public func activated(by activation: Activation) -> Tensor {
        switch activation {
        case .none: self
        case .relu: relu()
        case .leakyReLU(let slope): leakyReLU(slope: slope)
        case .prelu(let weights): prelu(weights: weights)
        case .tanh: tanh()
        case .sigmoid: sigmoid()
        case .silu: silu()
        case .mish: mish()
        case .gelu: gelu()
        }
    }

    /// The hyperbolic tangent.
    public func tanh() -> Tensor {
        .record(.tanh, backend.activate(self, .tanh), inputs: [self], savesOutput: true) { p in
            if p.createsGraph { return [p.gradient * (1 - p.output.squared())] }
            return [Tensor.backend(p.gradient, p.output).binary(.tanhGate, p.gradient, p.output)]
        }
    }

    /// max(x, 0); the derivative at 0 is 0.
    public func relu() -> Tensor { leakyReLU(slope: 0) }

    /// x for positive x, otherwise `slope` · x.
    public func leakyReLU(slope: Float = 0.2) -> Tensor {
        // If the slope is not negative, output and input have the same sign, so keeping the output is enough and the
        // input can be released.
        precondition(slope >= 0, "leakyReLU: negative slope \(slope)")
        let value = backend.activate(self, slope == 0 ? .relu : .leakyReLU(slope: slope))
        return .record(.leakyReLU, value, inputs: [self], saving: [value]) { p in
            if p.createsGraph { return [p.gradient.leakyGate(p.saved[0], slope: slope)] }
            let backend = Tensor.backend(p.gradient, p.saved[0])
            return [backend.leakyGate(overwriting: p.takeGradient(), p.saved[0], slope: slope)]
        }
    }

    /// This tensor where `control` is positive, elsewhere this tensor times `slope`: the derivative of the leaky relu,
    /// linear in this tensor and constant in `control`.
    package func leakyGate(_ control: Tensor, slope: Float) -> Tensor {
        let control = control.detached
        let value = Tensor.backend(self, control).binary(.leakyGate(slope: slope), self, control)
        return .record(.leakyGate, value, inputs: [self], saving: [control]) { p in
            [p.gradient.leakyGate(p.saved[0], slope: slope)]
        }
    }

    /// x for positive x, otherwise x times the weight of its channel (He et al. 2015), for `[N, C, …]`.
    ///
    /// - Parameter weights: `[C]`, or `[1]` for all channels.
    public func prelu(weights: Tensor) -> Tensor {
        let channels = rank > 1 ? shape[1] : count
        precondition(
            weights.rank == 1 && (weights.count == channels || weights.count == 1),
            "prelu: \(weights.shape) for \(shape)")
        let weights = weights.broadcast(to: [channels])
        let value = Tensor.backend(self, weights).activate(self, .prelu(weights: weights))
        return .record(.prelu, value, inputs: [self, weights], saving: [self, weights]) { p in
            let (x, weights) = (p.saved[0], p.saved[1])
            if p.createsGraph {
                let (dx, weightGradient) = p.gradient.preluGradients(of: x, weights: weights)
                return [dx, weightGradient]
            }
            let (dx, weightGradient) = Tensor.backend(p.gradient, x, weights)
                .preluGradients(x, weights: weights, overwriting: p.takeGradient())
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
