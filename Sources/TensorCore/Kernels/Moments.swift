import CKernels

/// How a tensor is cut into the sets that are normalized: `samples` arrays one after the other, each normalized per
/// channel over `outer` and `inner`.
package struct NormalizationView: Sendable {
    package let samples: Int
    package let outer: Int
    package let channels: Int
    package let inner: Int

    package init(samples: Int = 1, outer: Int, channels: Int, inner: Int) {
        (self.samples, self.outer, self.channels, self.inner) = (samples, outer, channels, inner)
    }

    /// Per channel over the batch and all pixels, in the order the tensor lies in.
    package init(batchOf x: Tensor) {
        let channels = x.rank > 1 ? x.shape[1] : x.count
        if x.layout == .channelsLast {
            self.init(outer: x.count / max(channels, 1), channels: channels, inner: 1)
        } else {
            let outer = x.rank > 1 ? x.shape[0] : 1
            self.init(outer: outer, channels: channels, inner: x.count / max(outer * channels, 1))
        }
    }

    /// Per channel of each sample over its pixels, in the order the tensor lies in.
    package init(samplesOf x: Tensor) {
        let (samples, channels) = (x.shape[0], x.shape[1])
        let pixels = x.count / max(samples * channels, 1)
        if x.layout == .channelsLast {
            self.init(samples: samples, outer: pixels, channels: channels, inner: 1)
        } else {
            self.init(outer: 1, channels: samples * channels, inner: pixels)
        }
    }

    /// Every run of `width` consecutive elements on its own.
    package init(rowsOf x: Tensor, width: Int) {
        self.init(outer: 1, channels: x.count / max(width, 1), inner: width)
    }

    /// How many values are normalized together.
    package var setSize: Int { outer * inner }
    /// How many sets there are.
    package var sets: Int { samples * channels }

    /// Calls `body` for each sample with where it starts in the tensor and where its sets start.
    fileprivate func forEachSample(_ body: (_ start: Int, _ set: Int) -> Void) {
        for sample in 0..<samples { body(sample * outer * channels * inner, sample * channels) }
    }
}

/// What makes a normalization's result of its input, one number for each set: z = scale · x + shift, rectified by the
/// weights where there are any.
package struct NormalizationNumbers: Sendable {
    package let scale: Tensor
    package let shift: Tensor
    package let weights: Tensor?
}

extension Kernels {
    /// Mean and (biased) variance of each set.
    package static func moments(_ x: Tensor, _ view: NormalizationView) -> (mean: Tensor, variance: Tensor) {
        if let trace = Trace.of(x) {
            let both = trace.kernel("moments", [x], [2, view.sets]) {
                let (mean, variance) = moments($0[0], view)
                return concatenate([mean, variance], axis: 0).reshaped(to: [2, view.sets])
            }
            func row(_ index: Int32) -> Tensor { reshape(gatherRows(both, IndexList([index])), [view.sets]) }
            return (row(0), row(1))
        }
        let mean = Storage(count: view.sets)
        let variance = Storage(count: view.sets)
        withExtendedLifetime(x.storage) {
            view.forEachSample { start, set in
                ck_moments(
                    Int64(view.outer), Int64(view.channels), Int64(view.inner), x.pointer + start,
                    mean.pointer + set, variance.pointer + set)
            }
        }
        let shape: Shape = [view.sets]
        return (Tensor(shape: shape, storage: mean), Tensor(shape: shape, storage: variance))
    }

    /// The means as they are; what is computed from them waits for `observer` to be told both.
    package static func observed(
        _ mean: Tensor, _ variance: Tensor, by observer: @escaping @Sendable (Tensor, Tensor) -> Void
    ) -> Tensor {
        if let trace = Trace.of(mean, variance) {
            return trace.kernel("observer", [mean, variance], mean.shape) {
                observed($0[0], $0[1], by: observer)
            }
        }
        observer(mean, variance)
        return mean
    }

    /// `x · scale + shift` with one scale and shift per set, rectified where there are weights.
    package static func normalized(
        _ x: Tensor, _ view: NormalizationView, _ numbers: NormalizationNumbers
    ) -> Tensor {
        let operands = [x, numbers.scale, numbers.shift] + (numbers.weights.map { [$0] } ?? [])
        if let trace = Trace.of(operands) {
            return trace.kernel("normalization", operands, x.shape, x.layout) {
                normalized(
                    $0[0], view,
                    NormalizationNumbers(scale: $0[1], shift: $0[2], weights: $0.count > 3 ? $0[3] : nil))
            }
        }
        let storage = Storage(count: x.count, layout: x.layout)
        withExtendedLifetime((x.storage, numbers)) {
            view.forEachSample { start, set in
                var rectifier = numbers.rectifier(from: set)
                ck_rectified_affine(
                    Int64(view.outer), Int64(view.channels), Int64(view.inner), x.pointer + start, &rectifier,
                    storage.pointer + start)
            }
        }
        return Tensor(shape: x.shape, storage: storage)
    }

    /// The gradients of `gamma · (x − mean) · inverseDeviation + beta`, rectified where there are weights: at x, and of
    /// every set at gamma, beta and, if they are wanted, the weights. Mean and deviation are those of x itself. The
    /// gradient at x takes the place of the result's, if nobody else holds it.
    package static func normalizationGradients(
        _ x: Tensor, _ view: NormalizationView, _ numbers: NormalizationNumbers, mean: Tensor,
        inverseDeviation: Tensor, overwriting gradient: consuming Tensor, gamma: Tensor?, wantsWeights: Bool
    ) -> (x: Tensor, gamma: Tensor, beta: Tensor, weights: Tensor?) {
        let (gradient, dx) = successor(of: gradient, x.layout)
        let dgamma = Storage(count: view.sets)
        let dbeta = Storage(count: view.sets)
        let weightGradient = wantsWeights ? Storage(count: view.sets) : nil
        withExtendedLifetime((x.storage, gradient, numbers, mean.storage, inverseDeviation.storage, gamma)) {
            view.forEachSample { start, set in
                func call(_ rectifier: UnsafePointer<ck_rectifier>?) {
                    ck_norm_backward(
                        Int64(view.outer), Int64(view.channels), Int64(view.inner), x.pointer + start,
                        gradient.pointer + start, mean.pointer + set, inverseDeviation.pointer + set,
                        gamma.map { $0.pointer + set }, rectifier, dx.pointer + start, dgamma.pointer + set,
                        dbeta.pointer + set, weightGradient.map { $0.pointer + set })
                }
                var rectifier = numbers.rectifier(from: set)
                if numbers.weights == nil { call(nil) } else { call(&rectifier) }
            }
        }
        let shape: Shape = [view.sets]
        return (
            Tensor(shape: x.shape, storage: dx), Tensor(shape: shape, storage: dgamma),
            Tensor(shape: shape, storage: dbeta), weightGradient.map { Tensor(shape: shape, storage: $0) }
        )
    }

    /// x where it is positive, else its channel's slope times it.
    package static func prelu(_ x: Tensor, weights: Tensor) -> Tensor {
        if let trace = Trace.of(x, weights) {
            guard x.rank == 2 || x.layout == .channelsLast, Trace.of(weights) == nil else {
                return trace.kernel("prelu", [x, weights], x.shape, x.layout) { prelu($0[0], weights: $0[1]) }
            }
            return trace.emit(.pointwise(Epilogue(activation: .prelu(weights.detached))), [x], x.shape, x.layout)
        }
        let view = NormalizationView(batchOf: x)
        let storage = Storage(count: x.count, layout: x.layout)
        withExtendedLifetime((x.storage, weights.storage)) {
            ck_prelu(
                Int64(view.outer), Int64(view.channels), Int64(view.inner), x.pointer, weights.pointer, storage.pointer)
        }
        return Tensor(shape: x.shape, storage: storage)
    }

    /// The gradients of `prelu`; that at x takes the place of the result's, if nobody else holds it.
    package static func preluGradients(
        _ x: Tensor, weights: Tensor, overwriting gradient: consuming Tensor
    ) -> (x: Tensor, weights: Tensor) {
        let view = NormalizationView(batchOf: x)
        let (gradient, dx) = successor(of: gradient, x.layout)
        let weightGradient = Storage(count: view.channels)
        withExtendedLifetime((x.storage, gradient, weights.storage)) {
            ck_prelu_backward(
                Int64(view.outer), Int64(view.channels), Int64(view.inner), x.pointer, gradient.pointer,
                weights.pointer, dx.pointer, weightGradient.pointer)
        }
        return (Tensor(shape: x.shape, storage: dx), Tensor(shape: weights.shape, storage: weightGradient))
    }
}

extension NormalizationNumbers {
    fileprivate func rectifier(from set: Int) -> ck_rectifier {
        ck_rectifier(scale: scale.pointer + set, shift: shift.pointer + set, weights: weights.map { $0.pointer + set })
    }
}
