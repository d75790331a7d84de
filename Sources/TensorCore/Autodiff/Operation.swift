/// The operations that can be recorded, except the functions in `UnaryFunction`. The gradient table of the tests has a
/// row for every case.
package enum Operation: String, Sendable, CaseIterable {
    case leaf
    // Arithmetic
    case add, subtract, multiply, divide, maximum, minimum, power, affine, select, broadcast
    // Activations and limits
    case tanh, leakyReLU, leakyGate, prelu, clamp
    // Reductions
    case sum, maximumReduction, softmax, logSoftmax
    // Arrangement
    case reshape, permute, axisMap, concatenate, pixelShuffle, pixelUnshuffle
    // Lookup
    case gatherRows, scatterRows
    // Products
    case matrixProduct, convolution, convolutionInputGradient, convolutionWeightGradient
    // Normalization
    case normalize, channelsNormalize, batchAffine, sumOverPeers
    // Attention
    case windowAttention
}

/// What a node records.
package enum RecordedOperation: Sendable, Hashable {
    case operation(Operation)
    case function(UnaryFunction)
}
