import CKernels

/// How a tensor is cut into the sets that are normalised: per channel over `outer` and `inner`.
package struct NormalizationView: Sendable {
    package let outer: Int
    package let channels: Int
    package let inner: Int

    package init(outer: Int, channels: Int, inner: Int) {
        (self.outer, self.channels, self.inner) = (outer, channels, inner)
    }

    /// Per channel over the batch and all pixels, in the order the tensor lies in.
    package init(batchOf x: Tensor) {
        let channels = x.rank > 1 ? x.shape[1] : x.count
        self.channels = channels
        if x.layout == .channelsLast {
            (outer, inner) = (x.count / max(channels, 1), 1)
        } else {
            outer = x.rank > 1 ? x.shape[0] : 1
            inner = x.count / max(outer * channels, 1)
        }
    }

    /// Every run of `width` consecutive elements on its own.
    package init(rowsOf x: Tensor, width: Int) {
        (outer, channels, inner) = (1, x.count / max(width, 1), width)
    }

    package var setSize: Int { outer * inner }
}

extension Kernels {
    /// Mean and (biased) variance of each set.
    package static func moments(_ x: Tensor, _ view: NormalizationView) -> (mean: Tensor, variance: Tensor) {
        if let trace = Trace.of(x) {
            let both = trace.kernel("moments", [x], [2, view.channels]) {
                let (mean, variance) = moments($0[0], view)
                return concatenate([mean, variance], axis: 0).reshaped(to: [2, view.channels])
            }
            func row(_ index: Int32) -> Tensor { reshape(gatherRows(both, IndexList([index])), [view.channels]) }
            return (row(0), row(1))
        }
        let mean = Storage(count: view.channels)
        let variance = Storage(count: view.channels)
        withExtendedLifetime(x.storage) {
            ck_moments(
                Int64(view.outer), Int64(view.channels), Int64(view.inner), x.pointer, mean.pointer, variance.pointer)
        }
        let shape: Shape = [view.channels]
        return (Tensor(shape: shape, storage: mean), Tensor(shape: shape, storage: variance))
    }

    /// `x·scale + shift` with one scale and shift per set, then a leaky relu unless `slope` is 1.
    package static func channelAffine(
        _ x: Tensor, _ view: NormalizationView, scale: Tensor, shift: Tensor, slope: Float = 1
    ) -> Tensor {
        if let trace = Trace.of([x, scale, shift]) {
            return trace.kernel("scale and shift", [x, scale, shift], x.shape, x.layout) {
                channelAffine($0[0], view, scale: $0[1], shift: $0[2], slope: slope)
            }
        }
        let storage = Storage(count: x.count, layout: x.layout)
        withExtendedLifetime((x.storage, scale.storage, shift.storage)) {
            ck_channel_affine(
                Int64(view.outer), Int64(view.channels), Int64(view.inner), x.pointer, scale.pointer, shift.pointer,
                slope, storage.pointer)
        }
        return Tensor(shape: x.shape, storage: storage)
    }

    /// Gradients of `gamma·(x − mean)·inverseDeviation + beta` at x, gamma and beta, mean and deviation being those
    /// of x itself.
    package static func normalizationGradients(
        _ x: Tensor, _ view: NormalizationView, gradient: Tensor, mean: Tensor, inverseDeviation: Tensor,
        gamma: Tensor?
    ) -> (x: Tensor, gamma: Tensor, beta: Tensor) {
        let gradient = arranged(gradient, x.layout)
        let dx = Storage(count: x.count, layout: x.layout)
        let dgamma = Storage(count: view.channels)
        let dbeta = Storage(count: view.channels)
        withExtendedLifetime((x.storage, gradient.storage, mean.storage, inverseDeviation.storage, gamma?.storage)) {
            ck_norm_backward(
                Int64(view.outer), Int64(view.channels), Int64(view.inner), x.pointer, gradient.pointer,
                mean.pointer, inverseDeviation.pointer, gamma?.pointer, dx.pointer, dgamma.pointer, dbeta.pointer)
        }
        let shape: Shape = [view.channels]
        return (
            Tensor(shape: x.shape, storage: dx), Tensor(shape: shape, storage: dgamma),
            Tensor(shape: shape, storage: dbeta)
        )
    }
}
