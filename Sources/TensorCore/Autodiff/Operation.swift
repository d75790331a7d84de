/// The operations that can be recorded. The gradient table of the tests has a row for every case.
package enum Operation: String, Sendable, CaseIterable {
    case leaf
    // Arithmetic
    case add, subtract, multiply, divide, maximum, minimum, power, affine, select, broadcast
    // Unary operations
    case absolute, square, squareRoot, reciprocal, exponential, logarithm, sine, cosine
    case tanh, sigmoid, softplus, leakyReLU, leakyGate, prelu, clamp
    // Reductions
    case sum, maximumReduction, softmax, logSoftmax
    // Arrangement
    case reshape, permute, axisMap, concatenate, pixelShuffle, pixelUnshuffle
    // Lookup
    case gatherRows, scatterRows
    // Products
    case matrixProduct, convolution, convolutionInputGradient, convolutionWeightGradient
    // Normalization
    case normalize, batchAffine
}
