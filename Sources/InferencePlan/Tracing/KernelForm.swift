import TensorCore

/// What a step without an instruction of its own computes. Plans only run such a step; other formats need to know it.
enum KernelForm: Sendable {
    case matrixProduct(MatrixProductSizes)
    /// A convolution whose weights are computed; the operands are the input, the weight and, if there is one, the bias.
    case convolution(ConvolutionPass, ConvolutionGeometry)
    /// Mean and variance of each set, as two rows.
    case moments(NormalizationSets)
    /// The first operand.
    case observer
    /// The first operand times the second plus the third, one number for each set; negative values times the fourth.
    case normalization(NormalizationSets)
    /// Every pixel normalized over its channels; gamma and beta follow the operand.
    case layerNorm(hasGamma: Bool, hasBeta: Bool, epsilon: Float)
    /// PReLU with computed weights.
    case prelu
    /// The second operand where the first is not 0, else the third.
    case selection
    case broadcast
    /// The first operand times a number, plus the second.
    case weightedSum(Float)
    case reduction(ReductionKind, [Int])
    case softmax(logarithm: Bool)
    case permutation([Int])
    case repeated(Margins)
    case concatenation(axis: Int)
    case pixelUnshuffle(Int)
    case rows(IndexList)
    /// The rows of the first operand at the positions in the second.
    case rowsAtPositions
    /// The positions along the last axis in ascending order of the values.
    case order
    /// The largest value of each window.
    case largest(window: Int, stride: Int, padding: Int)
}
