import Layers
import TensorCore

/// Attention among the pixels of windows, and a depthwise convolution of the values.
final class RGTWindowAttention: Layer {
    let qkv: PixelLinear
    let proj: PixelLinear
    let attns: [RectangleAttention]
    let getV: Conv2d

    init(
        _ sizes: RGTParameters, heads: Int, _ sides: [RectangleSides], isShifted: Bool, random: Random
    ) {
        let features = sizes.features
        qkv = PixelLinear(features, 3 * features, bias: sizes.bias, random: random)
        proj = PixelLinear(features, features, random: random)
        attns = RectangleAttention.halves(
            features, heads: heads, sides, isShifted: isShifted, random: random)
        getV = Conv2d(features, features, kernel: 3, padding: 1, groups: features, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let qkv = qkv(x, mode)
        let attended = attns(qkv, mode)
        return proj(getV(qkv.chunks(3)[2], mode) + attended, mode)
    }
}

/// Attention of all pixels to a summary of the image. The summary is what remains after one convolution has made it
/// smaller by 4 several times.
final class RGTGlobalAttention: Layer {
    let reduction1: Conv2d
    let dwconv: Conv2d
    let conv: Conv2d
    let normAct: Sequential
    let q: PixelLinear
    let k: PixelLinear
    let v: PixelLinear
    let cpe: Conv2d
    let proj: PixelLinear
    private let heads: Int
    private let scale: Float

    /// The least height and width of an image: one pixel of the summary.
    static let leastSide = 16

    init(_ sizes: RGTParameters, heads: Int, random: Random) {
        let (features, reduced) = (sizes.features, sizes.reduced)
        self.heads = heads
        scale = 1 / (Float(features / heads) * Float(reduced) / Float(features)).squareRoot()
        func depthwise(_ kernel: Int, stride: Int, padding: Int) -> Conv2d {
            Conv2d(
                features, features, kernel: kernel, stride: stride, padding: padding, groups: features, random: random)
        }
        reduction1 = depthwise(4, stride: 4, padding: 0)
        dwconv = depthwise(3, stride: 1, padding: 1)
        conv = Conv2d(features, reduced, kernel: 1, random: random)
        normAct = Sequential([LayerNorm2d(reduced), GELU()])
        q = PixelLinear(features, reduced, bias: sizes.bias, random: random)
        k = PixelLinear(reduced, reduced, bias: sizes.bias, random: random)
        v = PixelLinear(reduced, features, bias: sizes.bias, random: random)
        cpe = depthwise(3, stride: 1, padding: 1)
        proj = PixelLinear(features, features, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        var small = x
        for _ in 0..<Self.reductions(height: x.shape[2], width: x.shape[3], isTraining: mode.isTraining) {
            small = reduction1(small, mode)
        }
        small = normAct(conv(dwconv(small, mode), mode), mode)
        let values = v(small, mode)
        func channels(_ image: Tensor) -> Tensor {
            image.reshaped(
                to: [image.shape[0], heads, image.shape[1] / heads, image.shape[2] * image.shape[3]])
        }
        let scores = channels(q(x, mode).scaled(by: scale))
            .matrixProduct(channels(k(small, mode)), transposingSelf: true, precision: mode.precision)
        let mixed = channels(values + cpe(values, mode))
            .matrixProduct(scores.softmax(), transposingOther: true, precision: mode.precision)
        return proj(mixed.reshaped(to: x.shape), mode)
    }

    /// How often an image is made smaller: at least twice, once more for each factor of 4 by which its longer side
    /// exceeds 256, but never to less than a pixel. In training, large images count from 16 instead of 64.
    static func reductions(height: Int, width: Int, isTraining: Bool) -> Int {
        func powers(_ value: Int) -> Int { value < 4 ? 0 : 1 + powers(value / 4) }
        let longer = max(height, width)
        let wanted = isTraining ? powers(longer / 4) : max(powers(longer / 16), 2)
        return min(wanted, powers(min(height, width)))
    }
}
