// Arithmetic with NumPy's broadcasting. Gradients are summed back over the axes along which an operand was repeated.

extension Tensor {
    /// Element by element, with broadcasting.
    public static func + (a: Tensor, b: Tensor) -> Tensor {
        let (aShape, bShape) = (a.shape, b.shape)
        return record(.add, Tensor.backend(a, b).binary(.add, a, b), inputs: [a, b]) { p in
            [
                p.wanted[0] ? p.gradient.summed(to: aShape) : nil,
                p.wanted[1] ? p.gradient.summed(to: bShape) : nil,
            ]
        }
    }

    /// Element by element, with broadcasting.
    public static func - (a: Tensor, b: Tensor) -> Tensor {
        let (aShape, bShape) = (a.shape, b.shape)
        return record(.subtract, Tensor.backend(a, b).binary(.subtract, a, b), inputs: [a, b]) { p in
            [
                p.wanted[0] ? p.gradient.summed(to: aShape) : nil,
                p.wanted[1] ? (-p.gradient).summed(to: bShape) : nil,
            ]
        }
    }

    /// Element by element, with broadcasting.
    public static func * (a: Tensor, b: Tensor) -> Tensor {
        record(.multiply, Tensor.backend(a, b).binary(.multiply, a, b), inputs: [a, b], saving: [a, b]) { p in
            let (a, b) = (p.saved[0], p.saved[1])
            return [
                p.wanted[0] ? (p.gradient * b).summed(to: a.shape) : nil,
                p.wanted[1] ? (p.gradient * a).summed(to: b.shape) : nil,
            ]
        }
    }

    /// Element by element, with broadcasting.
    public static func / (a: Tensor, b: Tensor) -> Tensor {
        record(.divide, Tensor.backend(a, b).binary(.divide, a, b), inputs: [a, b], saving: [a, b]) { p in
            let (a, b) = (p.saved[0], p.saved[1])
            return [
                p.wanted[0] ? (p.gradient / b).summed(to: a.shape) : nil,
                p.wanted[1] ? (-p.gradient * a / b.squared()).summed(to: b.shape) : nil,
            ]
        }
    }

    /// The negative of every element.
    public static prefix func - (x: Tensor) -> Tensor { x.scaled(by: -1) }

    /// A number added to every element.
    public static func + (x: Tensor, value: Float) -> Tensor { x.scaled(by: 1, plus: value) }
    /// A number added to every element.
    public static func + (value: Float, x: Tensor) -> Tensor { x.scaled(by: 1, plus: value) }
    /// A number subtracted from every element.
    public static func - (x: Tensor, value: Float) -> Tensor { x.scaled(by: 1, plus: -value) }
    /// Every element subtracted from a number.
    public static func - (value: Float, x: Tensor) -> Tensor { x.scaled(by: -1, plus: value) }
    /// Every element times a number.
    public static func * (x: Tensor, value: Float) -> Tensor { x.scaled(by: value) }
    /// Every element times a number.
    public static func * (value: Float, x: Tensor) -> Tensor { x.scaled(by: value) }
    /// Every element divided by a number.
    public static func / (x: Tensor, value: Float) -> Tensor { x.scaled(by: 1 / value) }
    /// A number divided by every element.
    public static func / (value: Float, x: Tensor) -> Tensor { x.reciprocal().scaled(by: value) }

    /// `scale · x + offset`.
    public func scaled(by scale: Float, plus offset: Float = 0) -> Tensor {
        .record(.affine, backend.unary(.affine(scale: scale, offset: offset), self), inputs: [self]) { p in
            [p.gradient.scaled(by: scale)]
        }
    }

    /// `scale · x + other`, of one shape, in one pass over memory; carries no gradient.
    package func scaled(by scale: Float, plus other: Tensor) -> Tensor {
        Tensor.backend(self, other).weightedSum(self, scaledBy: scale, other)
    }

    /// x raised to a constant power; NaN for negative x and fractional powers.
    public func power(_ exponent: Float) -> Tensor {
        .record(.power, backend.unary(.power(exponent), self), inputs: [self], saving: [self]) { p in
            switch exponent {
            case 0: [p.gradient.full(p.gradient.shape, 0)]
            case 1: [p.gradient]
            default: [p.gradient * p.saved[0].power(exponent - 1).scaled(by: exponent)]
            }
        }
    }

    /// This tensor repeated to a larger shape; gradients flow back.
    public func broadcast(to target: Shape) -> Tensor {
        if shape == target { return self }
        let source = shape
        return .record(.broadcast, backend.broadcast(self, to: target), inputs: [self]) { p in
            [p.gradient.summed(to: source)]
        }
    }

    /// The sum over all axes along which `target` would be repeated to give this shape: broadcasting's adjoint.
    package func summed(to target: Shape) -> Tensor {
        if shape == target { return self }
        let missing = rank - target.rank
        let axes = (0..<rank).filter { $0 < missing || (target[$0 - missing] == 1 && shape[$0] != 1) }
        let reduced = axes.isEmpty ? self : sum(axes: axes, keepingAxes: true)
        return reduced.shape == target ? reduced : reduced.reshaped(to: target)
    }
}

/// The larger of two tensors, element by element; where they are equal the gradient flows to the first.
public func maximum(_ a: Tensor, _ b: Tensor) -> Tensor {
    extremum(.maximum, .maximum, a, b) { a, b in a .>= b }
}

/// The smaller of two tensors, element by element; where they are equal the gradient flows to the first.
public func minimum(_ a: Tensor, _ b: Tensor) -> Tensor {
    extremum(.minimum, .minimum, a, b) { a, b in b .>= a }
}

private func extremum(
    _ operation: Operation, _ function: BinaryOperation, _ a: Tensor, _ b: Tensor,
    choosingFirst: @escaping @Sendable (Tensor, Tensor) -> Tensor
) -> Tensor {
    let value = Tensor.backend(a, b).binary(function, a, b)
    return Tensor.record(operation, value, inputs: [a, b], saving: [a.detached, b.detached]) { p in
        let first = choosingFirst(p.saved[0], p.saved[1])
        return [
            p.wanted[0] ? (p.gradient * first).summed(to: p.saved[0].shape) : nil,
            p.wanted[1] ? (p.gradient * (1 - first)).summed(to: p.saved[1].shape) : nil,
        ]
    }
}

infix operator .> : ComparisonPrecedence
infix operator .>= : ComparisonPrecedence
infix operator .== : ComparisonPrecedence

extension Tensor {
    /// A mask: 1 where the comparison holds, else 0. Masks carry no gradients.
    public static func .> (a: Tensor, b: Tensor) -> Tensor { Tensor.backend(a, b).binary(.isGreater, a, b) }
    /// A mask: 1 where `a` is at least `b`, else 0. Masks carry no gradients.
    public static func .>= (a: Tensor, b: Tensor) -> Tensor { Tensor.backend(a, b).binary(.isGreaterOrEqual, a, b) }
    /// A mask: 1 where the two are equal, else 0. Masks carry no gradients.
    public static func .== (a: Tensor, b: Tensor) -> Tensor { Tensor.backend(a, b).binary(.isEqual, a, b) }
    /// A mask: 1 where `a` is greater than the number, else 0.
    public static func .> (a: Tensor, value: Float) -> Tensor { a .> a.full([], value) }
    /// A mask: 1 where `a` is at least the number, else 0.
    public static func .>= (a: Tensor, value: Float) -> Tensor { a .>= a.full([], value) }

    /// Element by element, `a` where the mask is not 0, otherwise `b`; all three are broadcast together.
    public static func select(_ mask: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
        guard let ab = a.shape.broadcast(with: b.shape), let shape = ab.broadcast(with: mask.shape) else {
            preconditionFailure("select: shapes \(mask.shape), \(a.shape), \(b.shape) do not fit together")
        }
        let (a, b) = (a.broadcast(to: shape), b.broadcast(to: shape))
        let mask = mask.backend.broadcast(mask.detached, to: shape)
        return record(.select, backend(a, b, mask).select(mask, a, b), inputs: [a, b], saving: [mask]) { p in
            let zero = p.gradient.full(shape, 0)
            return [
                p.wanted[0] ? Tensor.select(p.saved[0], p.gradient, zero) : nil,
                p.wanted[1] ? Tensor.select(p.saved[0], zero, p.gradient) : nil,
            ]
        }
    }

    /// Whether every value is neither infinite nor not-a-number.
    public var isFinite: Bool { backend.isFinite(self) }
}
