import Layers
import TensorCore

/// Attention among the pixels of windows, beside a convolution of the values. What the convolution sees scales the
/// channels of the attention; what the attention sees scales the pixels of the convolution.
final class DATSpatialAttention: Layer {
    let qkv: PixelLinear
    let proj: PixelLinear
    let attns: [RectangleAttention]
    let dwconv: Sequential
    let channelInteraction: Sequential
    let spatialInteraction: Sequential

    init(
        _ sizes: DATParameters, heads: Int, _ sides: [RectangleSides], isShifted: Bool, random: Random
    ) {
        let features = sizes.features
        qkv = PixelLinear(features, 3 * features, bias: sizes.bias, random: random)
        proj = PixelLinear(features, features, random: random)
        attns = RectangleAttention.halves(
            features, heads: heads, sides, isShifted: isShifted, random: random)
        dwconv = AdaptiveInteraction.convolution(features, random: random)
        channelInteraction = AdaptiveInteraction.ofChannels(features, random: random)
        spatialInteraction = AdaptiveInteraction.ofPixels(features, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let qkv = qkv(x, mode)
        let attended = attns(qkv, mode)
        let convolved = dwconv(qkv.chunks(3)[2], mode)
        let channels = channelInteraction(convolved, mode).sigmoid()
        let pixels = spatialInteraction(attended, mode).sigmoid()
        return proj(attended * channels + convolved * pixels, mode)
    }
}

/// Attention among the channels of the whole image, beside a convolution of the values. What the attention sees scales
/// the channels of the convolution; what the convolution sees scales the pixels of the attention.
final class DATChannelAttention: Layer {
    let temperature: Parameter
    let qkv: PixelLinear
    let proj: PixelLinear
    let dwconv: Sequential
    let channelInteraction: Sequential
    let spatialInteraction: Sequential

    init(_ sizes: DATParameters, heads: Int, random: Random) {
        let features = sizes.features
        temperature = Parameter(.ones([heads, 1, 1]))
        qkv = PixelLinear(features, 3 * features, bias: sizes.bias, random: random)
        proj = PixelLinear(features, features, random: random)
        dwconv = AdaptiveInteraction.convolution(features, random: random)
        channelInteraction = AdaptiveInteraction.ofChannels(features, random: random)
        spatialInteraction = AdaptiveInteraction.ofPixels(features, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let parts = qkv(x, mode).chunks(3)
        let attended = Tensor.channelAttention(
            parts, temperature: temperature.value(in: mode), precision: mode.precision)
        let convolved = dwconv(parts[2], mode)
        let channels = channelInteraction(attended, mode).sigmoid()
        let pixels = spatialInteraction(convolved, mode).sigmoid()
        return proj(attended * pixels + convolved * channels, mode)
    }
}

/// The layers of the two branches of an attention of DAT and of what passes between them.
enum AdaptiveInteraction {
    /// The branch of a convolution.
    static func convolution(_ features: Int, random: Random) -> Sequential {
        Sequential([
            Conv2d(features, features, kernel: 3, padding: 1, groups: features, random: random), BatchNorm(features),
            GELU(),
        ])
    }

    /// One number for each channel, `[N, C, H, W] → [N, C, 1, 1]`.
    static func ofChannels(_ features: Int, random: Random) -> Sequential {
        let hidden = features / 8
        return Sequential([
            ImageMean(), Conv2d(features, hidden, kernel: 1, random: random), BatchNorm(hidden), GELU(),
            Conv2d(hidden, features, kernel: 1, random: random),
        ])
    }

    /// One number for each pixel, `[N, C, H, W] → [N, 1, H, W]`.
    static func ofPixels(_ features: Int, random: Random) -> Sequential {
        let hidden = features / 16
        return Sequential([
            Conv2d(features, hidden, kernel: 1, random: random), BatchNorm(hidden), GELU(),
            Conv2d(hidden, 1, kernel: 1, random: random),
        ])
    }

    /// The mean of each channel, `[N, C, H, W] → [N, C, 1, 1]`.
    final class ImageMean: Layer {
        func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { x.mean(axes: [2, 3], keepingAxes: true) }
    }
}
