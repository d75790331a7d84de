/// Functions of one value.
package enum UnaryOperation: Sendable, Hashable {
    case negate
    case absolute
    /// −1, 0 or 1.
    case sign
    case square
    case squareRoot
    case reciprocalSquareRoot
    case reciprocal
    case exponential
    case logarithm
    case sine
    case cosine
    case sigmoid
    case softplus
    /// Rounded to the nearest whole number.
    case round
    /// `scale · x + offset`.
    case affine(scale: Float, offset: Float)
    case power(Float)
    /// Forced into the range.
    case clamp(low: Float, high: Float)
    /// 1 in the range, 0 outside.
    case isInside(low: Float, high: Float)
}

/// Functions of two values.
package enum BinaryOperation: Sendable, Hashable {
    case add
    case subtract
    case multiply
    case divide
    case maximum
    case minimum
    /// 1 where the comparison holds, 0 elsewhere.
    case isGreater
    case isGreaterOrEqual
    case isEqual
    /// x where y is positive, `slope` times x elsewhere.
    case leakyGate(slope: Float)
    /// x · (1 − y²): what tanh lets through of a gradient x, its value being y.
    case tanhGate
    /// x · y · (1 − y): the same for the sigmoid.
    case sigmoidGate
}

/// What becomes of the values along reduced axes.
package enum ReductionKind: Sendable, Hashable {
    case sum
    case maximum
}
