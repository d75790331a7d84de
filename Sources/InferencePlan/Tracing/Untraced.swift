import CPUBackend
import TensorCore

// Methods that a traced forward pass does not use. Tensors without operands are constants. Reading values that are not
// computed yet, and differentiating a pass in inference, are programmer's errors with a message.

extension TracingBackend {
    func full(_ shape: Shape, _ value: Float) -> Tensor { eager.full(shape, value) }

    func tensor(
        _ shape: Shape, writing: (UnsafeMutableBufferPointer<Float>) throws -> Void
    ) rethrows -> Tensor {
        try eager.tensor(shape, writing: writing)
    }

    func deferred(
        _ shape: Shape, writing: @escaping @Sendable (UnsafeMutableBufferPointer<Float>) throws -> Void
    ) -> Tensor {
        eager.deferred(shape, writing: writing)
    }

    func normal(_ shape: Shape, from position: RandomPosition) -> Tensor { eager.normal(shape, from: position) }
    func uniform(_ shape: Shape, from position: RandomPosition) -> Tensor { eager.uniform(shape, from: position) }
    func randomBits(_ count: Int, from position: RandomPosition) -> [UInt32] {
        eager.randomBits(count, from: position)
    }

    func narrow(_ values: UnsafeBufferPointer<Float>, to kind: HalfPrecision) -> [UInt16] {
        eager.narrow(values, to: kind)
    }
    func widen(_ words: [UInt16], from kind: HalfPrecision, into target: UnsafeMutableBufferPointer<Float>) {
        eager.widen(words, from: kind, into: target)
    }

    // MARK: Values that are not computed yet

    private func noValues() -> Never {
        preconditionFailure("a forward pass that is being traced has no values yet: none can be read")
    }

    func withValues<Result>(
        of x: Tensor, _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) rethrows -> Result {
        if x.traced != nil { noValues() }
        return try eager.withValues(of: x, body)
    }
    func isFinite(_ x: Tensor) -> Bool { noValues() }
    func dot(_ x: Tensor, _ y: Tensor) -> Double { noValues() }

    // MARK: Gradients and training

    private func noGradients() -> Never {
        preconditionFailure("a forward pass that is being traced is not differentiated")
    }

    func sum(overwriting x: consuming Tensor, _ y: Tensor) -> Tensor { noGradients() }
    func leakyGate(overwriting gradient: consuming Tensor, _ control: Tensor, slope: Float) -> Tensor { noGradients() }
    func preluGradients(
        _ x: Tensor, weights: Tensor, overwriting gradient: consuming Tensor
    ) -> (x: Tensor, weights: Tensor) {
        noGradients()
    }
    func scatterRows(_ x: Tensor, _ list: IndexList, rows: Int) -> Tensor { noGradients() }
    func normalizationGradients(
        _ x: Tensor, _ sets: NormalizationSets, _ numbers: NormalizationNumbers, mean: Tensor,
        inverseDeviation: Tensor, overwriting gradient: consuming Tensor, gamma: Tensor?, wantsWeights: Bool
    ) -> NormalizationGradients {
        noGradients()
    }
    func channelAffineGradients(
        _ x: Tensor, gradient: Tensor, perSample: Bool
    ) -> (scale: Tensor, shift: Tensor) {
        noGradients()
    }
    func stochasticStep(
        _ parameter: inout RunningTensor, gradient: Tensor, buffer: inout RunningTensor?, _ step: StochasticStep
    ) {
        noGradients()
    }
    func rmsPropStep(
        _ parameter: inout RunningTensor, gradient: Tensor, squares: inout RunningTensor, _ step: RMSPropStep
    ) {
        noGradients()
    }
    func adamStep(
        _ parameters: inout [RunningTensor], gradients: [Tensor], means: inout [RunningTensor],
        squares: inout [RunningTensor], places: [Int], _ step: AdamStep
    ) {
        noGradients()
    }
    func approach(_ values: inout [RunningTensor], places: [Int], _ targets: [Tensor], decay: Float) { noGradients() }
}
