import Layers
import TensorCore

/// A 1×1, a depthwise 3×3 and a 1×1 convolution with squeeze-and-excitation, added to the input (Sandler et al. 2018,
/// "MobileNetV2").
final class OmniConvolutions: Layer {
    let fn: Sequential

    init(_ features: Int, random: Random) {
        fn = Sequential([
            Conv2d(features, features, kernel: 1, random: random), GELU(),
            Conv2d(features, features, kernel: 3, padding: 1, groups: features, random: random), GELU(),
            OmniSqueeze(features, random: random),
            Conv2d(features, features, kernel: 1, random: random),
        ])
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { fn(x, mode) + x }
}

/// Channels scaled by what their means say (Hu et al. 2018, "Squeeze-and-excitation networks").
final class OmniSqueeze: Layer {
    /// By the positions that they have in the checkpoints.
    let gate: NumberedModules<Linear>

    init(_ features: Int, random: Random) {
        let hidden = features / 4
        gate = NumberedModules(
            "gate.",
            [
                (1, Linear(features, hidden, bias: false, random: random)),
                (3, Linear(hidden, features, bias: false, random: random)),
            ])
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let hidden = gate.modules[0](x.globalAveragePooled(), mode)
        let scales = gate.modules[1](hidden * hidden.sigmoid(), mode).sigmoid()
        return x * scales.reshaped(to: [x.shape[0], x.shape[1], 1, 1])
    }
}

/// Attention among the pixels of windows, in four heads, with a learned bias for relative positions.
final class OmniPixelAttention: Layer {
    let toQkv: PixelLinear
    let relPosBias: Embedding?
    let toOut: Sequential
    private let window: Int
    private let isSpread: Bool
    private let scale: Float
    private let positions: [Int]

    /// Heads of every attention.
    static let heads = 4

    init(_ sizes: OmniSRParameters, isSpread: Bool, random: Random) {
        let features = sizes.features
        (window, self.isSpread) = (sizes.window, isSpread)
        scale = 1 / Float(features / Self.heads).squareRoot()
        positions = RelativePositions.ofWindow(height: window, width: window)
        toQkv = PixelLinear(features, 3 * features, bias: false, random: random)
        let places = (2 * window - 1) * (2 * window - 1)
        relPosBias = sizes.positions ? Embedding(places, Self.heads, random: random) : nil
        toOut = Sequential([PixelLinear(features, features, bias: false, random: random)])
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let windows = AttentionWindows(window)
        let bias = relPosBias.map {
            $0.weight.value(in: mode).attentionBias(positions, queries: windows.queries, keys: windows.keys)
        }
        let seen = isSpread ? x.spreading(height: window, width: window) : x
        let mixed = Tensor.windowAttention(
            [toQkv(seen, mode)], heads: Self.heads, bias: bias, scale: scale, windows, precision: mode.precision)
        return toOut(isSpread ? mixed.collecting(height: window, width: window) : mixed, mode)
    }
}

/// Attention among the channels of windows, in four heads: of neighboring pixels, or of as many windows whose pixels
/// are spread over the image.
final class OmniChannelAttention: Layer {
    let temperature: Parameter
    let qkv: Conv2d
    let qkvDwconv: Conv2d
    let projectOut: Conv2d
    private let window: Int
    private let isSpread: Bool

    init(_ features: Int, window: Int, isSpread: Bool, random: Random) {
        (self.window, self.isSpread) = (window, isSpread)
        temperature = Parameter(.ones([OmniPixelAttention.heads, 1, 1]))
        qkv = Conv2d(features, 3 * features, kernel: 1, bias: false, random: random)
        qkvDwconv = Conv2d(
            3 * features, 3 * features, kernel: 3, padding: 1, groups: 3 * features, bias: false, random: random)
        projectOut = Conv2d(features, features, kernel: 1, bias: false, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let qkv = qkvDwconv(qkv(x, mode), mode)
        let side =
            isSpread ? (height: x.shape[2] / window, width: x.shape[3] / window) : (height: window, width: window)
        let seen = isSpread ? qkv.spreading(height: side.height, width: side.width) : qkv
        let mixed = Tensor.channelAttention(
            seen.chunks(3), temperature: temperature.value(in: mode), window: side, precision: mode.precision)
        return projectOut(isSpread ? mixed.collecting(height: side.height, width: side.width) : mixed, mode)
    }
}

/// Two halves of the channels, one the gate of the other, between 1×1 convolutions.
final class OmniFeedForward: Layer {
    let projectIn: Conv2d
    let dwconv: Conv2d
    let projectOut: Conv2d

    init(_ features: Int, random: Random) {
        projectIn = Conv2d(features, 2 * features, kernel: 1, bias: false, random: random)
        dwconv = Conv2d(
            2 * features, 2 * features, kernel: 3, padding: 1, groups: 2 * features, bias: false, random: random)
        projectOut = Conv2d(features, features, kernel: 1, bias: false, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let halves = dwconv(projectIn(x, mode), mode).chunks(2)
        return projectOut(halves[0].gelu() * halves[1], mode)
    }
}

/// A gate for every value that sees large surroundings at low resolution (Liu et al. 2020, "Residual feature
/// aggregation network for image super-resolution"). Height and width are at least 15.
final class OmniSpatialGate: Layer {
    let conv1: Conv2d
    let convF: Conv2d
    let conv2: Conv2d
    let conv3: Conv2d
    let conv4: Conv2d

    init(_ features: Int, width: Int, random: Random) {
        conv1 = Conv2d(features, width, kernel: 1, random: random)
        convF = Conv2d(width, width, kernel: 1, random: random)
        conv2 = Conv2d(width, width, kernel: 3, stride: 2, random: random)
        conv3 = Conv2d(width, width, kernel: 3, padding: 1, random: random)
        conv4 = Conv2d(width, features, kernel: 1, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let narrow = conv1(x, mode)
        let small = conv3(conv2(narrow, mode).maxPooled(window: 7, stride: 3), mode)
        let seen = small.resized(height: x.shape[2], width: x.shape[3])
        return x * conv4(seen + convF(narrow, mode), mode).sigmoid()
    }
}
