import TensorCore

// Filters that come with a network: finer sampling with a low-pass filter, a border, and coarser sampling.

extension AxisMap {
    /// Zeros between the positions of an axis, `before` and `after` further ones at its ends (negative numbers cut off),
    /// the filter in the sense of mathematics times `gain`, and every `down`th position.
    static func filtering(
        _ length: Int, by taps: [Float], up: Int = 1, down: Int = 1, before: Int = 0, after: Int = 0, gain: Float = 1
    ) -> AxisMap {
        let count = (length * up + before + after - taps.count) / down + 1
        let rows = (0..<count).map { output in
            taps.reversed().enumerated().compactMap { tap, weight -> (column: Int, weight: Float)? in
                let position = output * down + tap - before
                guard (0..<length * up).contains(position), position % up == 0 else { return nil }
                return (position / up, weight * gain)
            }
        }
        return AxisMap(inputLength: length, rows: rows)
    }
}

extension Tensor {
    /// Images `[N, C, H, W]` sampled `up` times as finely, with zeros around them, filtered in both directions.
    func resampled(by taps: [Float], up: Int, before: Int, after: Int) -> Tensor {
        func map(_ length: Int) -> AxisMap {
            .filtering(length, by: taps, up: up, before: before, after: after, gain: Float(up))
        }
        return mapped(map(shape[2]), axis: 2).mapped(map(shape[3]), axis: 3)
    }

    /// Every `down`th pixel of images `[N, C, H, W]` after a filter: `[T]` for both directions, or `[T, T]`.
    func decimated(by filter: Tensor?, down: Int) -> Tensor {
        guard let filter, filter.rank == 2 else {
            let taps = filter?.values ?? [1]
            guard taps != [1] || down > 1 else { return self }
            func map(_ length: Int) -> AxisMap { .filtering(length, by: taps, down: down) }
            return mapped(map(shape[2]), axis: 2).mapped(map(shape[3]), axis: 3)
        }
        let kernel = filter.flipped(axis: 0).flipped(axis: 1)
            .reshaped(to: [1, 1, filter.shape[0], filter.shape[1]])
        let planes = reshaped(to: [shape[0] * shape[1], 1, shape[2], shape[3]])
            .convolved(with: kernel, .init(stride: down))
        return planes.reshaped(to: [shape[0], shape[1], planes.shape[2], planes.shape[3]])
    }
}
