import Foundation
import TensorCore

// Plain loops over images [N, C, H, W].

extension ReferenceArray {
    /// Two-dimensional cross-correlation with a weight [out, C / groups, kh, kw].
    package func convolved(
        _ weight: ReferenceArray, bias: ReferenceArray? = nil, stride: (Int, Int) = (1, 1),
        padding: (Int, Int) = (0, 0), dilation: Int = 1, groups: Int = 1, wrapping: Wrapping = .neither
    ) -> ReferenceArray {
        let (kh, kw) = (weight.shape[2], weight.shape[3])
        let height = (shape[2] + 2 * padding.0 - dilation * (kh - 1) - 1) / stride.0 + 1
        let width = (shape[3] + 2 * padding.1 - dilation * (kw - 1) - 1) / stride.1 + 1
        let perGroupOut = weight.shape[0] / groups
        let perGroupIn = weight.shape[1]
        return ReferenceArray(shape: [shape[0], weight.shape[0], height, width]) { index in
            var sum = bias?.values[index[1]] ?? 0
            for c in 0..<perGroupIn {
                for i in 0..<kh {
                    for j in 0..<kw {
                        var h = index[2] * stride.0 - padding.0 + i * dilation
                        var w = index[3] * stride.1 - padding.1 + j * dilation
                        if wrapping.joinsRows { h = (h + 9 * shape[2]) % shape[2] }
                        if wrapping.joinsColumns { w = (w + 9 * shape[3]) % shape[3] }
                        guard h >= 0, h < shape[2], w >= 0, w < shape[3] else { continue }
                        let channel = index[1] / perGroupOut * perGroupIn + c
                        sum +=
                            values[((index[0] * shape[1] + channel) * shape[2] + h) * shape[3] + w]
                            * weight.values[((index[1] * perGroupIn + c) * kh + i) * kw + j]
                    }
                }
            }
            return sum
        }
    }

    /// Every input pixel stamps the kernel, weighted, onto the output; the weight is [C, out / groups, kh, kw].
    package func transposedConvolved(
        _ weight: ReferenceArray, bias: ReferenceArray? = nil, stride: Int = 1, padding: Int = 0,
        outputPadding: Int = 0, dilation: Int = 1, groups: Int = 1, wrapping: Wrapping = .neither
    ) -> ReferenceArray {
        let (kh, kw) = (weight.shape[2], weight.shape[3])
        let height = (shape[2] - 1) * stride - 2 * padding + dilation * (kh - 1) + 1 + outputPadding
        let width = (shape[3] - 1) * stride - 2 * padding + dilation * (kw - 1) + 1 + outputPadding
        let perGroupOut = weight.shape[1]
        let perGroupIn = shape[1] / groups
        var result = ReferenceArray(shape: [shape[0], perGroupOut * groups, height, width]) { index in
            bias?.values[index[1]] ?? 0
        }
        _ = ReferenceArray(shape: shape) { index in
            for c in 0..<perGroupOut {
                for i in 0..<kh {
                    for j in 0..<kw {
                        var h = index[2] * stride - padding + i * dilation
                        var w = index[3] * stride - padding + j * dilation
                        if wrapping.joinsRows, height == stride * shape[2] { h = (h + 9 * height) % height }
                        if wrapping.joinsColumns, width == stride * shape[3] { w = (w + 9 * width) % width }
                        guard h >= 0, h < height, w >= 0, w < width else { continue }
                        result[[index[0], index[1] / perGroupIn * perGroupOut + c, h, w]] +=
                            self[index] * weight[[index[1], c, i, j]]
                    }
                }
            }
            return 0
        }
        return result
    }

    /// `pick` of the values of each window that lie inside the image.
    package func pooled(
        window: Int, stride: Int, padding: Int, wrapping: Wrapping = .neither, _ pick: ([Double]) -> Double
    ) -> ReferenceArray {
        let extent = { (length: Int) in (length + 2 * padding - window) / stride + 1 }
        return ReferenceArray(shape: [shape[0], shape[1], extent(shape[2]), extent(shape[3])]) { index in
            var found: [Double] = []
            for i in 0..<window {
                for j in 0..<window {
                    var (h, w) = (index[2] * stride - padding + i, index[3] * stride - padding + j)
                    if wrapping.joinsRows { h = (h + 9 * shape[2]) % shape[2] }
                    if wrapping.joinsColumns { w = (w + 9 * shape[3]) % shape[3] }
                    guard h >= 0, h < shape[2], w >= 0, w < shape[3] else { continue }
                    found.append(self[[index[0], index[1], h, w]])
                }
            }
            return pick(found)
        }
    }

    /// Images at another size: `tap(distance)` is the filter's weight, `reach` its extent in source pixels.
    /// Antialiased filters are stretched when shrinking, cut at the border and rescaled; others repeat the border.
    package func resized(
        height: Int, width: Int, antialiased: Bool, reach: Double, wrapping: Wrapping = .neither,
        tap: (Double) -> Double
    ) -> ReferenceArray {
        func weights(_ output: Int, _ from: Int, _ to: Int, wraps: Bool) -> [Double] {
            let scale = Double(from) / Double(to)
            let stretch = antialiased ? max(1, scale) : 1
            let center = (Double(output) + 0.5) * scale - 0.5
            var weights = [Double](repeating: 0, count: from)
            let margin = Int(reach * stretch) + 2
            for position in -margin..<(from + margin) {
                let inside = wraps ? (position + 9 * from) % from : min(max(position, 0), from - 1)
                if !wraps && antialiased && inside != position { continue }
                let distance = (Double(position) - center) / stretch
                if abs(distance) < reach { weights[inside] += tap(distance) }
            }
            let total = weights.reduce(0, +)
            return weights.map { $0 / total }
        }
        let rows = (0..<height).map { weights($0, shape[2], height, wraps: wrapping.joinsRows) }
        let columns = (0..<width).map { weights($0, shape[3], width, wraps: wrapping.joinsColumns) }
        return ReferenceArray(shape: [shape[0], shape[1], height, width]) { index in
            var sum = 0.0
            for h in 0..<shape[2] {
                for w in 0..<shape[3] {
                    let weight = rows[index[2]][h] * columns[index[3]][w]
                    if weight != 0 { sum += weight * self[[index[0], index[1], h, w]] }
                }
            }
            return sum
        }
    }

    /// Every output pixel copies the source pixel that its corner falls on.
    package func resizedNearest(height: Int, width: Int) -> ReferenceArray {
        taken(shape: [shape[0], shape[1], height, width]) { index in
            [index[0], index[1], index[2] * shape[2] / height, index[3] * shape[3] / width]
        }
    }

    /// Keys' cubic convolution filter.
    package static func cubic(_ a: Double) -> (Double) -> Double {
        { distance in
            let x = abs(distance)
            if x <= 1 { return (a + 2) * x * x * x - (a + 3) * x * x + 1 }
            return x < 2 ? a * x * x * x - 5 * a * x * x + 8 * a * x - 4 * a : 0
        }
    }
}
