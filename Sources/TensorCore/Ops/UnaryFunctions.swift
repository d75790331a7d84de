// Unary operations, each with its derivative.

extension Tensor {
    /// |x|; the derivative at 0 is 0.
    public func absolute() -> Tensor {
        .record(.absolute, backend.unary(.absolute, self), inputs: [self], saving: [self.detached]) { p in
            [p.gradient * p.saved[0].backend.unary(.sign, p.saved[0])]
        }
    }

    /// x².
    public func squared() -> Tensor {
        .record(.square, backend.unary(.square, self), inputs: [self], saving: [self]) { p in
            [p.gradient * p.saved[0].scaled(by: 2)]
        }
    }

    /// √x; NaN for negative x.
    public func squareRoot() -> Tensor {
        .record(.squareRoot, backend.unary(.squareRoot, self), inputs: [self], savesOutput: true) { p in
            [p.gradient / p.output.scaled(by: 2)]
        }
    }

    /// 1 / x.
    public func reciprocal() -> Tensor {
        .record(.reciprocal, backend.unary(.reciprocal, self), inputs: [self], savesOutput: true) { p in
            [-p.gradient * p.output.squared()]
        }
    }

    /// eˣ.
    public func exp() -> Tensor {
        .record(.exponential, backend.unary(.exponential, self), inputs: [self], savesOutput: true) { p in
            [p.gradient * p.output]
        }
    }

    /// The natural logarithm.
    public func log() -> Tensor {
        .record(.logarithm, backend.unary(.logarithm, self), inputs: [self], saving: [self]) { p in
            [p.gradient / p.saved[0]]
        }
    }

    /// The sine of x, in radians.
    public func sin() -> Tensor {
        .record(.sine, backend.unary(.sine, self), inputs: [self], saving: [self]) { p in
            [p.gradient * p.saved[0].cos()]
        }
    }

    /// The cosine of x, in radians.
    public func cos() -> Tensor {
        .record(.cosine, backend.unary(.cosine, self), inputs: [self], saving: [self]) { p in
            [-p.gradient * p.saved[0].sin()]
        }
    }

    /// 1 / (1 + e⁻ˣ).
    public func sigmoid() -> Tensor {
        .record(.sigmoid, backend.unary(.sigmoid, self), inputs: [self], savesOutput: true) { p in
            if p.createsGraph { return [p.gradient * p.output * (1 - p.output)] }
            return [Tensor.backend(p.gradient, p.output).binary(.sigmoidGate, p.gradient, p.output)]
        }
    }

    /// log(1 + eˣ), computed without overflow.
    public func softplus() -> Tensor {
        .record(.softplus, backend.unary(.softplus, self), inputs: [self], saving: [self]) { p in
            [p.gradient * p.saved[0].sigmoid()]
        }
    }

    /// x forced into `range`; the derivative outside is 0.
    public func clamped(to range: ClosedRange<Float>) -> Tensor {
        let (low, high) = (range.lowerBound, range.upperBound)
        let value = backend.unary(.clamp(low: low, high: high), self)
        return .record(.clamp, value, inputs: [self], saving: [self.detached]) { p in
            [p.gradient * p.saved[0].backend.unary(.isInside(low: low, high: high), p.saved[0])]
        }
    }

    /// Every value rounded to the nearest whole number; carries no gradient.
    package func rounded() -> Tensor { backend.unary(.round, detached) }
}
