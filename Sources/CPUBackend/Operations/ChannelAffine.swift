import CKernels
import TensorCore

/// Scales and shifts per channel, and the sums over pixels that are their gradients: for the whole batch at once, or
/// with a scale and a shift of its own for every sample.
extension CPUBackend {
    package func channelAffine(_ x: Tensor, scale: Tensor, shift: Tensor) -> Tensor {
        channelAffine(x, scale: scale, shift: shift, slope: 1)
    }

    /// The same, then a leaky relu unless `slope` is 1.
    package func channelAffine(_ x: Tensor, scale: Tensor, shift: Tensor, slope: Float) -> Tensor {
        computed(x.shape, x.layout) {
            let storage = try block(x.count, x.layout)
            try withExtendedLifetime((x.storage, scale.storage, shift.storage)) {
                for part in affineParts(x, perSample: scale.rank == 2) {
                    let view = part.view
                    try check(
                        ck_channel_affine(
                            Int64(view.outer), Int64(view.channels), Int64(view.inner), x.pointer + part.start,
                            scale.pointer + part.set, shift.pointer + part.set, slope, storage.pointer + part.start))
                }
            }
            return Tensor(shape: x.shape, storage: storage)
        }
    }

    package func channelAffineGradients(
        _ x: Tensor, gradient: Tensor, perSample: Bool
    ) -> (scale: Tensor, shift: Tensor) {
        let gradient = arranged(gradient, x.layout)
        let shape: Shape = perSample ? [x.shape[0], x.shape[1]] : [x.shape[1]]
        do {
            let (scale, shift) = (try block(shape.count), try block(shape.count))
            let (zeros, ones) = (full(shape, 0), full(shape, 1))
            try withExtendedLifetime((x.storage, gradient.storage, zeros.storage, ones.storage)) {
                for part in affineParts(x, perSample: perSample) {
                    let view = part.view
                    try check(
                        ck_norm_backward(
                            Int64(view.outer), Int64(view.channels), Int64(view.inner), x.pointer + part.start,
                            gradient.pointer + part.start, zeros.pointer, ones.pointer, nil, nil, nil,
                            scale.pointer + part.set, shift.pointer + part.set, nil))
                }
            }
            return (Tensor(shape: shape, storage: scale), Tensor(shape: shape, storage: shift))
        } catch {
            return (missing(shape, .plain, error), missing(shape, .plain, error))
        }
    }

    /// The pieces in which one scale per channel serves: where they start in x and among the scales.
    private func affineParts(
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
