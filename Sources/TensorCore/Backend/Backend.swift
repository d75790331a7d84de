/// A device that computes: the only interface between the engine and hardware.
///
/// Its methods take and return tensors, shapes and plain Swift enums. It owns the storage of its tensors; no other code
/// knows their memory layout or the hardware. The methods are functions from values to values. They record no history;
/// the operations above do.
///
/// Methods are called with tensors of this backend, or of one that it has `joined`, and with checked shapes.
package protocol Backend: AnyObject, Sendable {
    // MARK: Storage

    /// The backend that computes with tensors of both; nil if this one cannot read those of the other.
    func joined(with other: any Backend) -> (any Backend)?

    /// One value everywhere.
    func full(_ shape: Shape, _ value: Float) -> Tensor
    /// Values that a closure writes in row-major order.
    func tensor(
        _ shape: Shape, writing: (UnsafeMutableBufferPointer<Float>) throws -> Void
    ) rethrows -> Tensor
    /// Values that a closure writes in row-major order when they are first needed. The closure may run more than once,
    /// or never. All that it may throw is a lack of memory.
    func deferred(
        _ shape: Shape, writing: @escaping @Sendable (UnsafeMutableBufferPointer<Float>) throws -> Void
    ) -> Tensor
    /// Provides the values in row-major order during a call.
    func withValues<Result>(
        of x: Tensor, _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) rethrows -> Result
    /// The same values in row-major order, so that reading needs no copy.
    func rowMajor(_ x: Tensor) -> Tensor
    /// Moves the values to memory of their own, in row-major order, unless they are there already. The owner may change
    /// them there, as long as nobody else has seen the tensor.
    ///
    /// - Returns: that memory; nil if the backend has none that can be reached, or none at all.
    func makeWritable(_ x: inout Tensor) -> UnsafeMutableBufferPointer<Float>?

    // MARK: Random numbers: each depends only on its position

    /// Standard normal numbers.
    func normal(_ shape: Shape, from position: RandomPosition) -> Tensor
    /// Uniform numbers in 0 ..< 1.
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
    /// `x + y` of one shape; overwrites x if it was consumed and has no other reference.
    func sum(overwriting x: consuming Tensor, _ y: Tensor) -> Tensor
    /// The gradient where `control` is positive, elsewhere the gradient times `slope`; overwrites the gradient if it
    /// was consumed and has no other reference.
    func leakyGate(overwriting gradient: consuming Tensor, _ control: Tensor, slope: Float) -> Tensor
    /// The gradients of the activation `prelu`; the gradient at x overwrites that of the result if it was consumed and
    /// has no other reference.
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
    /// Images with margins from their opposite sides.
    func repeated(_ x: Tensor, _ margins: Margins) -> Tensor
    /// The tensors one after the other along an axis.
    func concatenate(_ parts: [Tensor], axis: Int) -> Tensor
    /// Channels turned into pixels: `[N, C·r², H, W] → [N, C, H·r, W·r]`.
    func pixelShuffle(_ x: Tensor, by factor: Int) -> Tensor
    /// Pixels turned into channels: `[N, C, H·r, W·r] → [N, C·r², H, W]`.
    func pixelUnshuffle(_ x: Tensor, by factor: Int) -> Tensor
    /// Stacks strips of one width in an image of some height, the first at row `first`, with zeros above and below.
    func stack(_ strips: [RowStrip], from first: Int, height: Int) -> Tensor

    // MARK: Lookup

    /// Rows of `x` along its first axis.
    func gatherRows(_ x: Tensor, _ list: IndexList) -> Tensor
    /// The rows of `x` at a vector of indices; recorded if the indices are known.
    func gatherRows(_ x: Tensor, at positions: Tensor) -> Tensor
    /// The positions of the values of each row along the last axis in ascending order; equal values keep their order.
    func ascendingPositions(_ x: Tensor) -> Tensor
    /// `rows` rows in which row `list[i]` is the sum of the rows `i` of `x` sent there.
    func scatterRows(_ x: Tensor, _ list: IndexList, rows: Int) -> Tensor
    /// The largest value of each window of images, and its index in the row-major input.
    func maxPool(_ x: Tensor, window: Int, stride: Int, padding: Int) -> (values: Tensor, positions: IndexList)

    // MARK: Products

    /// Whether products of bfloat16 are faster than those of float32.
    var hasFastBFloat16: Bool { get }
    /// Batched matrix product, the result of a shape.
    func matrixProduct(
        _ sizes: MatrixProductSizes, _ left: Tensor, _ right: Tensor, shape: Shape, _ precision: Precision
    ) -> Tensor
    /// One partial application of the trilinear form of input, weight and output. The two tensors are those that the
    /// pass reads, in this order. The bias has one value for each channel; there is none if the result is a weight.
    func convolution(
        _ pass: ConvolutionPass, _ geometry: ConvolutionGeometry, _ first: Tensor, _ second: Tensor, bias: Tensor?,
        _ precision: Precision
    ) -> Tensor

    // MARK: Normalization

    /// Mean and (biased) variance of each set.
    func moments(_ x: Tensor, _ sets: NormalizationSets) -> (mean: Tensor, variance: Tensor)
    /// The means, unchanged; their use waits until `observer` has received means and variances.
    func observed(
        _ mean: Tensor, _ variance: Tensor, by observer: @escaping @Sendable (Tensor, Tensor) -> Void
    ) -> Tensor
    /// `x · scale + shift` with one scale and shift for each set, with a rectifier if there are weights.
    func normalized(_ x: Tensor, _ sets: NormalizationSets, _ numbers: NormalizationNumbers) -> Tensor
    /// The gradients of `gamma · (x − mean) · inverseDeviation + beta`, rectified where there are weights: at x, and of
    /// every set at gamma, beta and, if they are wanted, the weights. Mean and deviation are those of x itself. The
    /// gradient at x is written over the result's, if that was handed over and nobody else holds it.
    func normalizationGradients(
        _ x: Tensor, _ sets: NormalizationSets, _ numbers: NormalizationNumbers, mean: Tensor,
        inverseDeviation: Tensor, overwriting gradient: consuming Tensor, gamma: Tensor?, wantsWeights: Bool
    ) -> NormalizationGradients
    /// The channels of every pixel of images normalized on their own; gamma and beta are `[C]`.
    func channelsNormalized(_ x: Tensor, gamma: Tensor?, beta: Tensor?, epsilon: Float) -> Tensor
    /// `x · scale + shift`, both `[C]` or both `[N, C]`, for x of `[N, C]` or `[N, C, H, W]`.
    func channelAffine(_ x: Tensor, scale: Tensor, shift: Tensor) -> Tensor
    /// The gradients of `channelAffine` at scale and shift.
    func channelAffineGradients(
        _ x: Tensor, gradient: Tensor, perSample: Bool
    ) -> (scale: Tensor, shift: Tensor)

    // MARK: Attention

    /// Attention in windows; the parts hold queries, keys and values side by side in their channels. The bias is
    /// `[heads, queries, keys]` of a window.
    func windowAttention(_ parts: [Tensor], bias: Tensor?, _ attention: AttentionSettings) -> Tensor

    // MARK: Training

    /// Updates a parameter and, with momentum, its buffer. The buffer is nil until the first step, which copies the
    /// gradient to it.
    func stochasticStep(
        _ parameter: inout RunningTensor, gradient: Tensor, buffer: inout RunningTensor?, _ step: StochasticStep)
    func rmsPropStep(
        _ parameter: inout RunningTensor, gradient: Tensor, squares: inout RunningTensor, _ step: RMSPropStep)
    /// Updates all parameters in one call. `places` are the indices of their moments in `means` and `squares`.
    func adamStep(
        _ parameters: inout [RunningTensor], gradients: [Tensor], means: inout [RunningTensor],
        squares: inout [RunningTensor], places: [Int], _ step: AdamStep)
    /// value ← decay · value + (1 − decay) · target for the values that stand at `places`, all at once.
    func approach(_ values: inout [RunningTensor], places: [Int], _ targets: [Tensor], decay: Float)

    // MARK: Number formats of files

    /// Numbers rounded to sixteen bits.
    func narrow(_ values: UnsafeBufferPointer<Float>, to kind: HalfPrecision) -> [UInt16]
    /// Converts sixteen-bit numbers to floats.
    func widen(_ words: [UInt16], from kind: HalfPrecision, into target: UnsafeMutableBufferPointer<Float>)
}

// Default implementations for backends whose values can be read at any time.
extension Backend {
    package func observed(
        _ mean: Tensor, _ variance: Tensor, by observer: @escaping @Sendable (Tensor, Tensor) -> Void
    ) -> Tensor {
        observer(mean, variance)
        return mean
    }

    package func gatherRows(_ x: Tensor, at positions: Tensor) -> Tensor {
        x.gatheringRows(positions.values.map { Int(saturating: $0) })
    }
}

extension Backend {
    package func makeWritable(_ x: inout Tensor) -> UnsafeMutableBufferPointer<Float>? { nil }
}
