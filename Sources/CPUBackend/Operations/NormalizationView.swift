import TensorCore

/// How a tensor is divided into the sets that are normalized: `samples` arrays one after the other, each normalized per
/// channel over `outer` and `inner`.
struct NormalizationView {
    let samples: Int
    let outer: Int
    let channels: Int
    let inner: Int

    init(samples: Int = 1, outer: Int, channels: Int, inner: Int) {
        (self.samples, self.outer, self.channels, self.inner) = (samples, outer, channels, inner)
    }

    /// For each channel over the batch and all pixels, in the tensor's own layout.
    init(batchOf x: Tensor) {
        let channels = x.rank > 1 ? x.shape[1] : x.count
        if x.layout == .channelsLast {
            self.init(outer: x.count / max(channels, 1), channels: channels, inner: 1)
        } else {
            let outer = x.rank > 1 ? x.shape[0] : 1
            self.init(outer: outer, channels: channels, inner: x.count / max(outer * channels, 1))
        }
    }

    /// For each channel of each sample over its pixels, in the tensor's own layout.
    init(samplesOf x: Tensor) {
        let (samples, channels) = (x.shape[0], x.shape[1])
        let pixels = x.count / max(samples * channels, 1)
        if x.layout == .channelsLast {
            self.init(samples: samples, outer: pixels, channels: channels, inner: 1)
        } else {
            self.init(outer: 1, channels: samples * channels, inner: pixels)
        }
    }

    /// Each run of `width` consecutive elements separately.
    init(rowsOf x: Tensor, width: Int) {
        self.init(outer: 1, channels: x.count / max(width, 1), inner: width)
    }

    /// How many sets there are.
    var sets: Int { samples * channels }

    /// Calls `body` for each sample with where it starts in the tensor and where its sets start.
    func forEachSample(_ body: (_ start: Int, _ set: Int) throws -> Void) rethrows {
        for sample in 0..<samples { try body(sample * outer * channels * inner, sample * channels) }
    }

    /// The view for some sets, in the tensor's own layout.
    init(_ sets: NormalizationSets, of x: Tensor) {
        switch sets {
        case .channels: self.init(batchOf: x)
        case .channelsOfSamples: self.init(samplesOf: x)
        case .rows(let width): self.init(rowsOf: x, width: width)
        }
    }
}
