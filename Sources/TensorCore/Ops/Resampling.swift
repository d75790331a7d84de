/// How images are resampled.
public enum Interpolation: String, Sendable, CaseIterable, Codable {
    /// The pixel that the corner falls on, as in PyTorch's `nearest`.
    case nearest
    /// Straight lines between neighboring pixels.
    case bilinear
    /// Keys' cubic with a = −0.75 as PyTorch has it; with antialiasing a = −0.5, as Pillow and MATLAB have it.
    case bicubic
}

extension Tensor {
    /// Images `[N, C, H, W]` at another size. Pixel centers lie at half-integers, as in PyTorch with
    /// `align_corners = false`.
    ///
    /// - Parameters:
    ///   - height: the new height.
    ///   - width: the new width.
    ///   - interpolation: the filter.
    ///   - antialiased: widen the filter for shrinking, to prevent aliasing.
    ///   - wrapping: the axes along which the images repeat; the filter continues on the opposite side there.
    public func resized(
        height: Int, width: Int, _ interpolation: Interpolation = .bilinear, antialiased: Bool = false,
        wrapping: Wrapping = .neither
    ) -> Tensor {
        precondition(rank == 4 && height > 0 && width > 0, "resized: \(shape) to \(height)×\(width)")
        let axes = [(2, height, wrapping.joinsRows), (3, width, wrapping.joinsColumns)]
        return axes.reduce(self) { x, target in
            let (axis, length, wraps) = target
            if x.shape[axis] == length { return x }
            let map = AxisMap.resampling(
                from: x.shape[axis], to: length, interpolation, antialiased: antialiased, wraps: wraps)
            return x.mapped(map, axis: axis)
        }
    }

    /// Every pixel repeated `factor` times in both directions.
    public func upsampledNearest(by factor: Int) -> Tensor {
        resized(height: shape[2] * factor, width: shape[3] * factor, .nearest)
    }
}

extension AxisMap {
    package static func resampling(
        from source: Int, to target: Int, _ interpolation: Interpolation, antialiased: Bool, wraps: Bool = false
    ) -> AxisMap {
        if interpolation == .nearest {
            return AxisMap(inputLength: source, taking: (0..<target).map { $0 * source / target })
        }
        let scale = Double(source) / Double(target)
        let stretch = antialiased ? Swift.max(scale, 1) : 1
        let support = (interpolation == .bilinear ? 1.0 : 2.0) * stretch
        let rows = (0..<target).map { output -> [(column: Int, weight: Float)] in
            let center = (Double(output) + 0.5) * scale - 0.5
            let first = Int((center - support).rounded(.up))
            let last = Int((center + support).rounded(.down))
            var weights: [Int: Double] = [:]
            for tap in first...Swift.max(first, last) {
                // An antialiasing filter is cut at the border and rescaled; an interpolating one repeats the border.
                if antialiased && !wraps && !(0..<source).contains(tap) { continue }
                let column =
                    wraps
                    ? Wrapping.positions(tap..<tap + 1, length: source)[0] : Swift.min(Swift.max(tap, 0), source - 1)
                weights[column, default: 0] += interpolation.kernel((Double(tap) - center) / stretch, antialiased)
            }
            let total = weights.values.reduce(0, +)
            return weights.sorted { $0.key < $1.key }.map { ($0.key, Float($0.value / total)) }
        }
        return AxisMap(inputLength: source, rows: rows)
    }
}

extension Interpolation {
    /// The filter's value at a distance from its center, in source pixels.
    fileprivate func kernel(_ distance: Double, _ antialiased: Bool) -> Double {
        let x = abs(distance)
        switch self {
        case .nearest: return x <= 0.5 ? 1 : 0
        case .bilinear: return Swift.max(0, 1 - x)
        case .bicubic:
            let a = antialiased ? -0.5 : -0.75
            if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
            if x < 2 { return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }
            return 0
        }
    }
}

extension Tensor {
    /// Channels rearranged into pixels: `[N, C·r², H, W] → [N, C, H·r, W·r]` (Shi et al. 2016).
    public func pixelShuffled(by r: Int) -> Tensor {
        precondition(rank == 4 && shape[1] % (r * r) == 0, "pixelShuffled: \(shape) by \(r)")
        return .record(.pixelShuffle, backend.pixelShuffle(self, by: r), inputs: [self]) { p in
            [p.gradient.pixelUnshuffled(by: r)]
        }
    }

    /// Pixels rearranged into channels, the inverse of `pixelShuffled`: `[N, C, H·r, W·r] → [N, C·r², H, W]`.
    public func pixelUnshuffled(by r: Int) -> Tensor {
        precondition(rank == 4 && shape[2] % r == 0 && shape[3] % r == 0, "pixelUnshuffled: \(shape) by \(r)")
        return .record(.pixelUnshuffle, backend.pixelUnshuffle(self, by: r), inputs: [self]) { p in
            [p.gradient.pixelShuffled(by: r)]
        }
    }
}
