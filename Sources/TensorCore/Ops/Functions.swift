import CKernels

// Functions of one variable, each beside its derivative.

extension Tensor {
    /// |x|; the slope at 0 is 0.
    public func absolute() -> Tensor {
        .record(.absolute, Kernels.unary(CK_ABS, self), inputs: [self], saving: [self.detached]) { p in
            [p.gradient * Kernels.unary(CK_SIGN, p.saved[0])]
        }
    }

    /// x².
    public func squared() -> Tensor {
        .record(.square, Kernels.unary(CK_SQUARE, self), inputs: [self], saving: [self]) { p in
            [p.gradient * p.saved[0].scaled(by: 2)]
        }
    }

    /// √x; not a number for negative x.
    public func squareRoot() -> Tensor {
        .record(.squareRoot, Kernels.unary(CK_SQRT, self), inputs: [self], savesOutput: true) { p in
            [p.gradient / p.output.scaled(by: 2)]
        }
    }

    /// 1 / x.
    public func reciprocal() -> Tensor {
        .record(.reciprocal, Kernels.unary(CK_RECIPROCAL, self), inputs: [self], savesOutput: true) { p in
            [-p.gradient * p.output.squared()]
        }
    }

    /// eˣ.
    public func exp() -> Tensor {
        .record(.exponential, Kernels.unary(CK_EXP, self), inputs: [self], savesOutput: true) { p in
            [p.gradient * p.output]
        }
    }

    /// The natural logarithm.
    public func log() -> Tensor {
        .record(.logarithm, Kernels.unary(CK_LOG, self), inputs: [self], saving: [self]) { p in
            [p.gradient / p.saved[0]]
        }
    }

    /// The sine of x, in radians.
    public func sin() -> Tensor {
        .record(.sine, Kernels.unary(CK_SIN, self), inputs: [self], saving: [self]) { p in
            [p.gradient * p.saved[0].cos()]
        }
    }

    /// The cosine of x, in radians.
    public func cos() -> Tensor {
        .record(.cosine, Kernels.unary(CK_COS, self), inputs: [self], saving: [self]) { p in
            [-p.gradient * p.saved[0].sin()]
        }
    }

    /// The hyperbolic tangent.
    public func tanh() -> Tensor {
        .record(.tanh, Kernels.unary(CK_TANH, self), inputs: [self], savesOutput: true) { p in
            if p.createsGraph { return [p.gradient * (1 - p.output.squared())] }
            return [Kernels.binary(CK_TANH_GATE, p.gradient, p.output)]
        }
    }

    /// 1 / (1 + e⁻ˣ).
    public func sigmoid() -> Tensor {
        .record(.sigmoid, Kernels.unary(CK_SIGMOID, self), inputs: [self], savesOutput: true) { p in
            if p.createsGraph { return [p.gradient * p.output * (1 - p.output)] }
            return [Kernels.binary(CK_SIGMOID_GATE, p.gradient, p.output)]
        }
    }

    /// log(1 + eˣ), computed without overflow.
    public func softplus() -> Tensor {
        .record(.softplus, Kernels.unary(CK_SOFTPLUS, self), inputs: [self], saving: [self]) { p in
            [p.gradient * p.saved[0].sigmoid()]
        }
    }

    /// max(x, 0); the slope at 0 is 0.
    public func relu() -> Tensor { leakyReLU(slope: 0) }

    /// x for positive x, else `slope` · x.
    public func leakyReLU(slope: Float = 0.2) -> Tensor {
        let value = Kernels.unary(slope == 0 ? CK_RELU : CK_LEAKY_RELU, self, slope)
        // The sign of the output tells as much as that of the input when the slope is not negative, and keeping the
        // output lets the input go.
        precondition(slope >= 0, "leakyReLU: negative slope \(slope)")
        return .record(.leakyReLU, value, inputs: [self], saving: [value]) { p in
            if p.createsGraph { return [p.gradient.leakyGate(p.saved[0], slope: slope)] }
            return [Kernels.leakyGate(overwriting: p.takeGradient(), p.saved[0], slope: slope)]
        }
    }

    /// This tensor where `control` is positive, `slope` times it elsewhere: the leaky relu's derivative, linear in
    /// this tensor and flat in `control`.
    package func leakyGate(_ control: Tensor, slope: Float) -> Tensor {
        let control = control.detached
        return .record(
            .leakyGate, Kernels.binary(CK_LEAKY_GATE, self, control, slope), inputs: [self], saving: [control]
        ) { p in
            [p.gradient.leakyGate(p.saved[0], slope: slope)]
        }
    }

    /// x forced into `range`; the slope outside is 0.
    public func clamped(to range: ClosedRange<Float>) -> Tensor {
        let (low, high) = (range.lowerBound, range.upperBound)
        let value = Kernels.unary(CK_CLAMP, self, low, high)
        return .record(.clamp, value, inputs: [self], saving: [self.detached]) { p in
            [p.gradient * Kernels.unary(CK_INSIDE, p.saved[0], low, high)]
        }
    }

    /// Every value rounded to the nearest whole number; carries no gradient.
    package func rounded() -> Tensor { Kernels.unary(CK_ROUND, detached) }
}
