import TensorCore

// Resampling with the low-pass filter [1, 3, 3, 1] / 8 in both directions (Karras et al. 2020, "Analyzing and improving
// the image quality of StyleGAN"). Pixels outside of an image are 0, or those of the opposite side where it repeats.

extension Tensor {
    /// Twice the size: zeros between the pixels, then the filter times 4. `[N, C, H, W] → [N, C, 2H, 2W]`.
    func filteredUp(_ wrapping: Wrapping) -> Tensor {
        mappedBothWays(wrapping) { .filtering($0, wraps: $1, up: 2, before: 2, after: 1, gain: 2) }
    }

    /// Half the size: the filter, then every second pixel. `[N, C, H, W] → [N, C, H/2, W/2]`.
    func filteredDown(_ wrapping: Wrapping) -> Tensor {
        mappedBothWays(wrapping) { .filtering($0, wraps: $1, down: 2, before: 1, after: 1) }
    }

    /// The filter with a border; each direction is multiplied by `gain`.
    /// `[N, C, H, W] → [N, C, H + 2·border − 3, W + 2·border − 3]`.
    func filtered(border: Int, gain: Float = 1, _ wrapping: Wrapping) -> Tensor {
        mappedBothWays(wrapping) { .filtering($0, wraps: $1, before: border, after: border, gain: gain) }
    }

    private func mappedBothWays(_ wrapping: Wrapping, _ map: (Int, Bool) -> AxisMap) -> Tensor {
        mapped(map(shape[2], wrapping.joinsRows), axis: 2).mapped(map(shape[3], wrapping.joinsColumns), axis: 3)
    }
}

extension AxisMap {
    private static let taps: [Float] = [0.125, 0.375, 0.375, 0.125]

    /// Zeros between the positions of an axis, a border at its ends, the filter, and every `down`th position.
    fileprivate static func filtering(
        _ length: Int, wraps: Bool, up: Int = 1, down: Int = 1, before: Int, after: Int, gain: Float = 1
    ) -> AxisMap {
        let count = (length * up + before + after - taps.count) / down + 1
        let rows = (0..<count).map { output in
            taps.enumerated().compactMap { tap, weight -> (column: Int, weight: Float)? in
                var position = output * down + tap - before
                if wraps { position = (position + 4 * length * up) % (length * up) }
                guard (0..<length * up).contains(position), position % up == 0 else { return nil }
                return (position / up, weight * gain)
            }
        }
        return AxisMap(inputLength: length, rows: rows)
    }
}
