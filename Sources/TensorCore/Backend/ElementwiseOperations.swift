/// Unary operations.
package enum UnaryOperation: Sendable, Hashable {
    case function(UnaryFunction)
    case negate
    /// −1, 0 or 1.
    case sign
    case reciprocalSquareRoot
    /// Rounded to the nearest whole number.
    case round
    /// `scale · x + offset`.
    case affine(scale: Float, offset: Float)
    case power(Float)
    /// Clamped to the range.
    case clamp(low: Float, high: Float)
    /// 1 in the range, 0 outside.
    case isInside(low: Float, high: Float)
}

/// Binary operations.
package enum BinaryOperation: Sendable, Hashable {
    case add
    case subtract
    case multiply
    case divide
    case maximum
    case minimum
    /// 1 if the comparison holds, otherwise 0.
    case isGreater
    case isGreaterOrEqual
    case isEqual
    /// x where y is positive, otherwise x times `slope`.
    case leakyGate(slope: Float)
    /// x · (1 − y²): the gradient x of tanh with value y.
    case tanhGate
    /// x · y · (1 − y): the same for the sigmoid.
    case sigmoidGate
}

/// How values along reduced axes are combined.
package enum ReductionKind: Sendable, Hashable {
    case sum
    case maximum
}
