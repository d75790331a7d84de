// Functions of one value, each with its derivative.

/// The functions of one value that backends compute. The gradient table of the tests has a row for every case.
package enum UnaryFunction: String, Sendable, CaseIterable {
    case absolute, square, squareRoot, reciprocal, exponential, logarithm, sine, cosine, sigmoid, softplus
    case silu, mish, gelu, normalCDF
}

extension Tensor {
    /// The values of a function, with the rule for its gradient.
    private func after(
        _ function: UnaryFunction, saving saved: @autoclosure () -> [Tensor] = [], savesOutput: Bool = false,
        rule: @escaping Node.Rule
    ) -> Tensor {
        .record(
            .function(function), backend.unary(.function(function), self), inputs: [self], saving: saved(),
            savesOutput: savesOutput, rule: rule)
    }

    /// |x|; the derivative at 0 is 0.
    public func absolute() -> Tensor {
        after(.absolute, saving: [detached]) { p in
            [p.gradient * p.saved[0].backend.unary(.sign, p.saved[0])]
        }
    }

    /// x².
    public func squared() -> Tensor {
        after(.square, saving: [self]) { p in
            [p.gradient * p.saved[0].scaled(by: 2)]
        }
    }

    /// √x; NaN for negative x.
    public func squareRoot() -> Tensor {
        after(.squareRoot, savesOutput: true) { p in
            [p.gradient / p.output.scaled(by: 2)]
        }
    }

    /// 1 / x.
    public func reciprocal() -> Tensor {
        after(.reciprocal, savesOutput: true) { p in
            [-p.gradient * p.output.squared()]
        }
    }

    /// eˣ.
    public func exp() -> Tensor {
        after(.exponential, savesOutput: true) { p in
            [p.gradient * p.output]
        }
    }

    /// The natural logarithm.
    public func log() -> Tensor {
        after(.logarithm, saving: [self]) { p in
            [p.gradient / p.saved[0]]
        }
    }

    /// The sine of x, in radians.
    public func sin() -> Tensor {
        after(.sine, saving: [self]) { p in
            [p.gradient * p.saved[0].cos()]
        }
    }

    /// The cosine of x, in radians.
    public func cos() -> Tensor {
        after(.cosine, saving: [self]) { p in
            [-p.gradient * p.saved[0].sin()]
        }
    }

    /// 1 / (1 + e⁻ˣ).
    public func sigmoid() -> Tensor {
        after(.sigmoid, savesOutput: true) { p in
            if p.createsGraph { return [p.gradient * p.output * (1 - p.output)] }
            return [Tensor.backend(p.gradient, p.output).binary(.sigmoidGate, p.gradient, p.output)]
        }
    }

    /// log(1 + eˣ), computed without overflow.
    public func softplus() -> Tensor {
        after(.softplus, saving: [self]) { p in
            [p.gradient * p.saved[0].sigmoid()]
        }
    }

    /// x · σ(x) (Hendrycks & Gimpel 2016; Ramachandran et al. 2017, "Swish").
    public func silu() -> Tensor {
        after(.silu, saving: [self]) { p in
            let x = p.saved[0]
            let gate = x.sigmoid()
            return [p.gradient * gate * (1 + x * (1 - gate))]
        }
    }

    /// x · tanh(log(1 + eˣ)) (Misra 2019, "Mish: a self regularized non-monotonic activation function").
    public func mish() -> Tensor {
        after(.mish, saving: [self]) { p in
            let x = p.saved[0]
            let gate = x.softplus().tanh()
            return [p.gradient * (gate + x * x.sigmoid() * (1 - gate.squared()))]
        }
    }

    /// x · Φ(x), where Φ is the distribution function of the standard normal distribution (Hendrycks & Gimpel 2016).
    public func gelu() -> Tensor {
        after(.gelu, saving: [self]) { p in
            let x = p.saved[0]
            return [p.gradient * (x.normalCDF() + x * x.normalDensity())]
        }
    }

    /// Φ(x) = (1 + erf(x / √2)) / 2: the probability that a standard normal number is at most x.
    public func normalCDF() -> Tensor {
        after(.normalCDF, saving: [self]) { p in
            [p.gradient * p.saved[0].normalDensity()]
        }
    }

    /// exp(−x² / 2) / √(2π), the derivative of `normalCDF`.
    private func normalDensity() -> Tensor {
        squared().scaled(by: -0.5).exp().scaled(by: 1 / (2 * Float.pi).squareRoot())
    }

    /// x forced into `range`; the derivative outside is 0.
    public func clamped(to range: ClosedRange<Float>) -> Tensor {
        let (low, high) = (range.lowerBound, range.upperBound)
        let value = backend.unary(.clamp(low: low, high: high), self)
        return .record(.clamp, value, inputs: [self], saving: [detached]) { p in
            [p.gradient * p.saved[0].backend.unary(.isInside(low: low, high: high), p.saved[0])]
        }
    }

    /// Every value rounded to the nearest whole number; carries no gradient.
    package func rounded() -> Tensor { backend.unary(.round, detached) }
}
