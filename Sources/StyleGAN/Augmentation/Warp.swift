import TensorCore

/// Images under affine maps, without aliasing (Karras et al. 2020, appendix B.3): mirrored at their border, doubled by an
/// orthogonal low-pass filter, sampled between the pixels, and halved by the same filter. All of it is linear in the
/// images, and every step is an `AxisMap`, so gradients of any order flow through it.
enum Warp {
    /// The low-pass filter of the wavelet sym6 (Daubechies 1992), with a sum of 1. Doubling and halving by it without a
    /// change between gives the same image.
    static let taps: [Double] = [
        0.015404109327027373, 0.0034907120842174702, -0.11799011114819057, -0.048311742585633, 0.4910559419267466,
        0.787641141030194, 0.3379294217276218, -0.07263752278646252, -0.021060292512300564, 0.04472490177066578,
        0.0017677118642428036, -0.007800708325034148,
    ].map { $0 / 1.4142135623730951 }
    private static let reach = 3

    /// Images `[N, C, H, W]` that show, at each pixel, the point that a map of the image's own gives, in pixels from the
    /// center. Images with the identity stay as they are.
    static func apply(_ maps: [PlaneMap], to images: Tensor) -> Tensor {
        let changed = maps.indices.filter { maps[$0] != .identity }
        guard !changed.isEmpty else { return images }
        guard changed.count < maps.count else { return warped(images, maps) }
        let kept = maps.indices.filter { maps[$0] == .identity }
        let parts = [
            warped(images.gathering(changed, axis: 0), changed.map { maps[$0] }), images.gathering(kept, axis: 0),
        ]
        let order = changed + kept
        let places = maps.indices.map { index in order.firstIndex(of: index) ?? index }
        return Tensor.concatenated(parts).gathering(places, axis: 0)
    }

    private static func warped(_ images: Tensor, _ maps: [PlaneMap]) -> Tensor {
        let (h, w) = (images.shape[2], images.shape[3])
        let margin = margins(maps, height: h, width: w)
        let large = images.mapped(doubling(h, before: margin.top, after: margin.bottom), axis: 2)
            .mapped(doubling(w, before: margin.left, after: margin.right), axis: 3)
        // The result has twice the size and twice the reach of the filter around it.
        let (rows, columns) = (2 * (h + 2 * reach), 2 * (w + 2 * reach))
        let move = PlaneMap.translation(
            Double(margin.left - margin.right) / 2, Double(margin.top - margin.bottom) / 2)
        let half = PlaneMap.translation(-0.5, -0.5)
        let back = PlaneMap.translation(0.5, 0.5)
        let double = PlaneMap.scaling(2, 2), single = PlaneMap.scaling(0.5, 0.5)
        let center = PlaneMap.translation(
            Double(large.shape[3] - 1) / 2, Double(large.shape[2] - 1) / 2)
        let corner = PlaneMap.translation(-Double(columns - 1) / 2, -Double(rows - 1) / 2)
        let toSource = maps.map { center * half * double * move * $0 * single * back * corner }
        return sampled(large, toSource, height: rows, width: columns)
            .mapped(halving(rows), axis: 2).mapped(halving(columns), axis: 3)
    }

    /// How far images are mirrored around their border: as far as any map looks, but at most by the image.
    private static func margins(
        _ maps: [PlaneMap], height: Int, width: Int
    ) -> (top: Int, bottom: Int, left: Int, right: Int) {
        let (cx, cy) = (Double(width - 1) / 2, Double(height - 1) / 2)
        var (left, top, right, bottom) = (0.0, 0.0, 0.0, 0.0)
        for map in maps {
            for corner in [(-cx, -cy), (cx, -cy), (cx, cy), (-cx, cy)] {
                let point = map(corner.0, corner.1)
                (left, right) = (max(left, -point.x), max(right, point.x))
                (top, bottom) = (max(top, -point.y), max(bottom, point.y))
            }
        }
        func margin(_ extent: Double, _ center: Double, _ length: Int) -> Int {
            Int(min(max(extent + Double(2 * reach) - center, 0), Double(length - 1)).rounded(.up))
        }
        return (margin(top, cy, height), margin(bottom, cy, height), margin(left, cx, width), margin(right, cx, width))
    }

    /// An axis mirrored at its ends, then zeros between the positions, then the filter times 2.
    private static func doubling(_ length: Int, before: Int, after: Int) -> AxisMap {
        let padded = length + before + after
        let count = taps.count
        return AxisMap(
            inputLength: length,
            rows: (0..<2 * padded).map { output in
                var weights: [Int: Double] = [:]
                for tap in 0..<count {
                    let position = output + tap - count / 2
                    guard (0..<2 * padded).contains(position), position % 2 == 0 else { continue }
                    weights[Reflection.position(position / 2 - before, length: length), default: 0] +=
                        2 * taps[count - 1 - tap]
                }
                return weights.sorted { $0.key < $1.key }.map { ($0.key, Float($0.value)) }
            })
    }

    /// The filter, and every second position, without the reach of the filter at both ends.
    private static func halving(_ length: Int) -> AxisMap {
        let target = length / 2 - 2 * reach
        return AxisMap(
            inputLength: length,
            rows: (0..<target).map { output in
                taps.enumerated().map { tap, weight in (2 * output + tap + 1, Float(weight)) }
            })
    }

    /// Each image at the points of its map, `(column, row)` of the result to `(column, row)` of the source, interpolated
    /// linearly between the four pixels around it. Pixels outside are 0.
    static func sampled(_ x: Tensor, _ maps: [PlaneMap], height: Int, width: Int) -> Tensor {
        let (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        var rows = AxisMap.Rows(inputLength: n * h * w, capacity: 4 * n * height * width)
        for (image, map) in maps.enumerated() {
            for row in 0..<height {
                for column in 0..<width {
                    let point = map(Double(column), Double(row))
                    let (left, top) = (point.x.rounded(.down), point.y.rounded(.down))
                    let (u, v) = (Float(point.x - left), Float(point.y - top))
                    let inside = left >= -1 && top >= -1 && left < Double(w) && top < Double(h)
                    if inside {
                        let (x0, y0) = (Int(left), Int(top))
                        for (y, weight) in [(y0, 1 - v), (y0 + 1, v)] where (0..<h).contains(y) {
                            let start = (image * h + y) * w
                            if (0..<w).contains(x0) { rows.add(start + x0, weight * (1 - u)) }
                            if (0..<w).contains(x0 + 1) { rows.add(start + x0 + 1, weight * u) }
                        }
                    }
                    rows.endRow()
                }
            }
        }
        return x.permuted([0, 2, 3, 1]).reshaped(to: [n * h * w, c]).mapped(rows.map, axis: 0)
            .reshaped(to: [n, height, width, c]).permuted([0, 3, 1, 2])
    }
}
