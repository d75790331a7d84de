import Foundation
import TensorCore

/// An affine map of colors: three rows of three factors and an offset, for values from −1 to 1.
struct ColorMap: Hashable {
    /// Row after row.
    var factors: [Double] = [1, 0, 0, 0, 1, 0, 0, 0, 1]
    var offsets: [Double] = [0, 0, 0]

    /// The identity.
    static let identity = ColorMap()

    /// The same number added to all channels.
    static func adding(_ value: Double) -> ColorMap { ColorMap(offsets: [value, value, value]) }

    /// All channels multiplied by the same number.
    static func multiplying(by factor: Double) -> ColorMap {
        ColorMap(factors: [factor, 0, 0, 0, factor, 0, 0, 0, factor])
    }

    /// Gray and color apart: what lies on the gray axis is multiplied by one number, what lies across by another.
    static func axis(gray: Double, color: Double) -> ColorMap {
        let (same, other) = (color + (gray - color) / 3, (gray - color) / 3)
        return ColorMap(factors: [same, other, other, other, same, other, other, other, same])
    }

    /// A rotation about the gray axis, by an angle in radians.
    static func hue(_ angle: Double) -> ColorMap {
        let (cosine, sine) = (cos(angle), sin(angle) / 3.0.squareRoot())
        let third = (1 - cosine) / 3
        let (next, last) = (third - sine, third + sine)
        return ColorMap(
            factors: [cosine + third, next, last, last, cosine + third, next, next, last, cosine + third])
    }

    /// First the right map, then the left one.
    static func * (left: ColorMap, right: ColorMap) -> ColorMap {
        var result = ColorMap()
        for row in 0..<3 {
            let own = left.factors[3 * row..<3 * row + 3]
            for column in 0..<3 {
                result.factors[3 * row + column] =
                    zip(own, 0..<3).reduce(0) { $0 + $1.0 * right.factors[3 * $1.1 + column] }
            }
            result.offsets[row] =
                left.offsets[row] + zip(own, right.offsets).reduce(0) { $0 + $1.0 * $1.1 }
        }
        return result
    }

    /// Images `[N, C, H, W]` with colors changed by a map of their own: gray, gray and alpha, RGB, or RGBA. Gray takes
    /// the mean of the three channels. Alpha stays, and colors are multiplied by it, as in the training of images with
    /// alpha.
    static func apply(_ maps: [ColorMap], to images: Tensor) -> Tensor {
        guard maps.contains(where: { $0 != .identity }) else { return images }
        let (n, c, h, w) = (images.shape[0], images.shape[1], images.shape[2], images.shape[3])
        let colors = c >= 3 ? 3 : 1
        let factors = Tensor(
            maps.flatMap { map in
                colors == 3 ? map.factors.map { Float($0) } : [Float(map.factors.reduce(0, +) / 3)]
            }, shape: [n, colors, colors])
        let offsets = Tensor(
            maps.flatMap { map in
                colors == 3 ? map.offsets.map { Float($0) } : [Float(map.offsets.reduce(0, +) / 3)]
            }, shape: [n, colors, 1])
        let pixels = images.reshaped(to: [n, c, h * w])
        guard c > colors else {
            return (factors.matrixProduct(pixels) + offsets).reshaped(to: images.shape)
        }
        // Of colors v with alpha α from 0 to 1, an image has p = (v + 1) · α − 1, and α' = 2α − 1.
        let (color, alpha) = (
            pixels.slice(axis: 1, from: 0, count: colors), pixels.slice(axis: 1, from: colors, count: 1)
        )
        let opacity = alpha.scaled(by: 0.5, plus: 0.5)
        let changed = factors.matrixProduct(color + 1 - opacity) + (offsets + 1) * opacity - 1
        return Tensor.concatenated([changed, alpha], axis: 1).reshaped(to: images.shape)
    }
}
