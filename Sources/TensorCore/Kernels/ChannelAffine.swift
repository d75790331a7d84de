import CKernels

/// Scales and shifts per channel, and the sums over pixels that are their gradients: for the whole batch at once, or
/// with a scale and a shift of its own for every sample.
extension Kernels {
    /// `x · scale + shift`, both `[C]` or both `[N, C]`, for x of `[N, C]` or `[N, C, H, W]`; then a leaky relu unless
    /// `slope` is 1.
    package static func channelAffine(_ x: Tensor, scale: Tensor, shift: Tensor, slope: Float = 1) -> Tensor {
        if let trace = Trace.of([x, scale, shift]) {
            return trace.emit(.channelAffine(slope: slope), [x, scale, shift], x.shape, x.layout)
        }
        let storage = Storage(count: x.count, layout: x.layout)
        withExtendedLifetime((x.storage, scale.storage, shift.storage)) {
            for part in affineParts(x, perSample: scale.rank == 2) {
                let view = part.view
                ck_channel_affine(
                    Int64(view.outer), Int64(view.channels), Int64(view.inner), x.pointer + part.start,
                    scale.pointer + part.set, shift.pointer + part.set, slope, storage.pointer + part.start)
            }
        }
        return Tensor(shape: x.shape, storage: storage)
    }

    /// The gradients of `channelAffine` at scale and shift.
    package static func channelAffineGradients(
        _ x: Tensor, gradient: Tensor, perSample: Bool
    ) -> (scale: Tensor, shift: Tensor) {
        let gradient = arranged(gradient, x.layout)
        let shape: Shape = perSample ? [x.shape[0], x.shape[1]] : [x.shape[1]]
        let (scale, shift) = (Storage(count: shape.count), Storage(count: shape.count))
        let (zeros, ones) = (fill(shape, 0), fill(shape, 1))
        withExtendedLifetime((x.storage, gradient.storage, zeros.storage, ones.storage)) {
            for part in affineParts(x, perSample: perSample) {
                let view = part.view
                ck_norm_backward(
                    Int64(view.outer), Int64(view.channels), Int64(view.inner), x.pointer + part.start,
                    gradient.pointer + part.start, zeros.pointer, ones.pointer, nil, nil, nil,
                    scale.pointer + part.set, shift.pointer + part.set, nil)
            }
        }
        return (Tensor(shape: shape, storage: scale), Tensor(shape: shape, storage: shift))
    }

    /// The pieces in which one scale per channel serves: where they start in x and among the scales.
    private static func affineParts(
        _ x: Tensor, perSample: Bool
    ) -> [(view: NormalizationView, start: Int, set: Int)] {
        guard perSample else { return [(NormalizationView(batchOf: x), 0, 0)] }
        let (samples, channels) = (x.shape[0], x.shape[1])
        let pixels = x.count / max(samples * channels, 1)
        guard x.layout == .channelsLast else {
            return [(NormalizationView(outer: 1, channels: samples * channels, inner: pixels), 0, 0)]
        }
        let view = NormalizationView(outer: pixels, channels: channels, inner: 1)
        return (0..<samples).map { (view, $0 * channels * pixels, $0 * channels) }
    }
}
