/// What computes: the one seam between the engine and a device.
///
/// A backend speaks tensors, shapes and plain Swift enums. It owns the storage of its tensors, and nobody else knows how
/// values lie in memory or what arithmetic unit works on them. Its methods are plain functions from values to values:
/// none of them records a history, which is the business of the operations above.
///
/// Every method is called with tensors of this backend, or of one that it has `joined`. Shapes have been checked.
package protocol Backend: AnyObject, Sendable {
    // MARK: Storage

    /// The backend that computes with tensors of both; nil when this one cannot read the other's.
    func joined(with other: any Backend) -> (any Backend)?

    /// One value everywhere.
    func full(_ shape: Shape, _ value: Float) -> Tensor
    /// Values that a closure writes in row-major order.
    func tensor(
        _ shape: Shape, writing: (UnsafeMutableBufferPointer<Float>) throws -> Void
    ) rethrows -> Tensor
    /// Values that a closure writes in row-major order when they are first needed: perhaps never, perhaps more than
    /// once.
    func deferred(
        _ shape: Shape, writing: @escaping @Sendable (UnsafeMutableBufferPointer<Float>) -> Void
    ) -> Tensor
    /// Lends the values in row-major order.
    func withValues<Result>(
        of x: Tensor, _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) rethrows -> Result
    /// The same values, arranged so that reading them costs no copy.
    func rowMajor(_ x: Tensor) -> Tensor

    // MARK: Random numbers: each depends on its position alone

    /// Standard normal numbers.
    func normal(_ shape: Shape, from position: RandomPosition) -> Tensor
    /// Numbers spread evenly over 0 ..< 1.
    func uniform(_ shape: Shape, from position: RandomPosition) -> Tensor
    /// Words of random bits.
    func randomBits(_ count: Int, from position: RandomPosition) -> [UInt32]

    // MARK: Elementwise

    func unary(_ operation: UnaryOperation, _ x: Tensor) -> Tensor
    /// With broadcasting.
    func binary(_ operation: BinaryOperation, _ x: Tensor, _ y: Tensor) -> Tensor
    func activate(_ x: Tensor, _ activation: Activation) -> Tensor
    /// Per element `x` where the condition is not 0, else `y`; all of one shape.
    func select(_ condition: Tensor, _ x: Tensor, _ y: Tensor) -> Tensor
    /// `x` repeated to a larger shape.
    func broadcast(_ x: Tensor, to shape: Shape) -> Tensor
    /// `x · scale + y`, of one shape.
    func weightedSum(_ x: Tensor, scaledBy scale: Float, _ y: Tensor) -> Tensor
    /// `x + y` of one shape, written over x if it was handed over and nobody else holds it.
    func sum(overwriting x: consuming Tensor, _ y: Tensor) -> Tensor
    /// The gradient where `control` is positive, `slope` times it elsewhere; written over the gradient if it was handed
    /// over and nobody else holds it.
    func leakyGate(overwriting gradient: consuming Tensor, _ control: Tensor, slope: Float) -> Tensor
    /// The gradients of the activation `prelu`; that at x is written over the result's, if that was handed over and
    /// nobody else holds it.
    func preluGradients(
        _ x: Tensor, weights: Tensor, overwriting gradient: consuming Tensor
    ) -> (x: Tensor, weights: Tensor)

    // MARK: Reductions

    /// Whether every value is neither infinite nor not-a-number.
    func isFinite(_ x: Tensor) -> Bool
    /// The sum of products of all elements of two tensors of one shape, accumulated in double.
    func dot(_ x: Tensor, _ y: Tensor) -> Double
    /// Reduces the given axes to extent 1.
    func reduce(_ kind: ReductionKind, _ x: Tensor, axes: [Int]) -> Tensor
    /// eˣ over its sum along the last axis, or the logarithm of that.
    func softmax(_ x: Tensor, logarithm: Bool) -> Tensor

    // MARK: Arrangement

    /// The same values in row-major order under another shape.
    func reshape(_ x: Tensor, to shape: Shape) -> Tensor
    /// The axes in the order given.
    func permute(_ x: Tensor, _ order: [Int]) -> Tensor
    /// A sparse linear map along one axis.
    func apply(_ map: AxisMap, to x: Tensor, axis: Int) -> Tensor
    /// The tensors one after the other along an axis.
    func concatenate(_ parts: [Tensor], axis: Int) -> Tensor
    /// Channels turned into pixels: `[N, C·r², H, W] → [N, C, H·r, W·r]`.
    func pixelShuffle(_ x: Tensor, by factor: Int) -> Tensor
    /// Pixels turned into channels: `[N, C, H·r, W·r] → [N, C·r², H, W]`.
    func pixelUnshuffle(_ x: Tensor, by factor: Int) -> Tensor
    /// Strips of one width below each other in an image of some height, the first beginning in row `first`; zeros
    /// above and below them.
    func stack(_ strips: [RowStrip], from first: Int, height: Int) -> Tensor

    // MARK: Lookup

    /// Rows of `x` along its first axis.
    func gatherRows(_ x: Tensor, _ list: IndexList) -> Tensor
    /// The rows of `x` named by a vector of whole numbers, recorded where the numbers are known.
    func gatherRows(_ x: Tensor, at positions: Tensor) -> Tensor
    /// `rows` rows in which row `list[i]` is the sum of the rows `i` of `x` sent there.
    func scatterRows(_ x: Tensor, _ list: IndexList, rows: Int) -> Tensor
    /// The largest value of each window of images, and where in the row-major input it stands.
    func maxPool(_ x: Tensor, window: Int, stride: Int, padding: Int) -> (values: Tensor, positions: IndexList)

    // MARK: Products

    /// Whether products of bfloat16 are faster than those of float32.
    var hasFastBFloat16: Bool { get }
    /// Batched matrix product, the result of a shape.
    func matrixProduct(
        _ sizes: MatrixProductSizes, _ left: Tensor, _ right: Tensor, shape: Shape, _ precision: Precision
    ) -> Tensor
    /// One partial application of the trilinear form of input, weight and output: the two tensors are those that the
    /// pass reads, in this order. The bias is one value for each channel of a result that is no weight.
    func convolution(
        _ pass: ConvolutionPass, _ geometry: ConvolutionGeometry, _ first: Tensor, _ second: Tensor, bias: Tensor?,
        _ precision: Precision
    ) -> Tensor

    // MARK: Normalization

    /// Mean and (biased) variance of each set.
    func moments(_ x: Tensor, _ sets: NormalizationSets) -> (mean: Tensor, variance: Tensor)
    /// The means as they are; what is computed from them waits for `observer` to be told both.
    func observed(
        _ mean: Tensor, _ variance: Tensor, by observer: @escaping @Sendable (Tensor, Tensor) -> Void
    ) -> Tensor
    /// `x · scale + shift` with one scale and shift per set, rectified where there are weights.
    func normalized(_ x: Tensor, _ sets: NormalizationSets, _ numbers: NormalizationNumbers) -> Tensor
    /// The gradients of `gamma · (x − mean) · inverseDeviation + beta`, rectified where there are weights: at x, and of
    /// every set at gamma, beta and, if they are wanted, the weights. Mean and deviation are those of x itself. The
    /// gradient at x is written over the result's, if that was handed over and nobody else holds it.
    func normalizationGradients(
        _ x: Tensor, _ sets: NormalizationSets, _ numbers: NormalizationNumbers, mean: Tensor,
        inverseDeviation: Tensor, overwriting gradient: consuming Tensor, gamma: Tensor?, wantsWeights: Bool
    ) -> NormalizationGradients
    /// `x · scale + shift`, both `[C]` or both `[N, C]`, for x of `[N, C]` or `[N, C, H, W]`.
    func channelAffine(_ x: Tensor, scale: Tensor, shift: Tensor) -> Tensor
    /// The gradients of `channelAffine` at scale and shift.
    func channelAffineGradients(
        _ x: Tensor, gradient: Tensor, perSample: Bool
    ) -> (scale: Tensor, shift: Tensor)

    // MARK: Training

    /// Moves a parameter and, with momentum, its buffer, which is nil until the first step: that fills it with the
    /// gradient as it is.
    func stochasticStep(
        _ parameter: inout RunningTensor, gradient: Tensor, buffer: inout RunningTensor?, _ step: StochasticStep)
    func rmsPropStep(
        _ parameter: inout RunningTensor, gradient: Tensor, squares: inout RunningTensor, _ step: RMSPropStep)
    /// All parameters in one go. `places` are where the moments of each stand in `means` and `squares`.
    func adamStep(
        _ parameters: inout [RunningTensor], gradients: [Tensor], means: inout [RunningTensor],
        squares: inout [RunningTensor], places: [Int], _ step: AdamStep)
    /// value ← decay · value + (1 − decay) · target for the values that stand at `places`, all at once.
    func approach(_ values: inout [RunningTensor], places: [Int], _ targets: [Tensor], decay: Float)

    // MARK: Numbers of files

    /// Numbers rounded to sixteen bits.
    func narrow(_ values: UnsafeBufferPointer<Float>, to kind: HalfPrecision) -> [UInt16]
    /// Sixteen-bit numbers as what they stand for.
    func widen(_ words: [UInt16], from kind: HalfPrecision, into target: UnsafeMutableBufferPointer<Float>)
}

// What a backend whose values can be read at any time need not write itself.
extension Backend {
    package func observed(
        _ mean: Tensor, _ variance: Tensor, by observer: @escaping @Sendable (Tensor, Tensor) -> Void
    ) -> Tensor {
        observer(mean, variance)
        return mean
    }

    package func gatherRows(_ x: Tensor, at positions: Tensor) -> Tensor {
        x.gatheringRows(positions.values.map { Int($0) })
    }
}
