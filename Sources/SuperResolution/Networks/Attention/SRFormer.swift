import Layers
import Models
import TensorCore

extension Architecture {
    /// SRFormer of all sizes, in the public code `SRFormer`: SwinIR's frame with large windows, whose keys and values
    /// are four pixels each.
    public static let srformer = Architecture(
        id: "srformer", family: .upscaler, parameters: SwinIRParameters.self,
        limits: { sizes throws(ParameterError) in
            try sizes.check()
            guard sizes.window % 2 == 0, sizes.features % 4 == 0 else {
                throw ParameterError(
                    "window is \(sizes.window) with \(sizes.features) features; windows must be even and features "
                        + "multiples of 4")
            }
        },
        multiple: { $0.window * $0.unshuffle },
        words: { sizes in
            sizes.words(
                "SRFormer",
                "\(sizes.depth) × \(sizes.blocks) blocks, \(sizes.features) features, windows of \(sizes.window), "
                    + sizes.upsampler.rawValue)
        },
        isSurplus: isAttentionConstant,
        detect: { shapes in
            let attention = "layers.0.residual_group.blocks.0.attn."
            guard shapes.has(attention + "kv.weight"),
                var sizes = SwinIRParameters(around: shapes, attention: "attn.", bias: "attn.q.bias"),
                let table = shapes[attention + "relative_position_bias_table", rank: 2], let sides = table[0].root
            else { return nil }
            sizes.window = sides + 1
            return sizes
        },
        make: { sizes, random in
            let groups = (0..<sizes.depth).map { _ in
                TransformerGroup(
                    (0..<sizes.blocks).map { PermutedBlock(sizes, isShifted: $0 % 2 == 1, random: random) },
                    conv: sizes.connection.layer(sizes.features, random: random))
            }
            let reach = sizes.depth * (sizes.blocks * (sizes.window + 2) + 3) * sizes.unshuffle
            return UpscalingTransformer(sizes.frame, reach: reach, layers: groups, random: random)
        })
}

/// x + attention(norm(x)), then x + network(norm(x)), `[N, C, H, W]`.
final class PermutedBlock: Layer {
    let norm1: LayerNorm2d
    let attn: PermutedAttention
    let norm2: LayerNorm2d
    let mlp: ConvolutionalMLP

    init(_ sizes: SwinIRParameters, isShifted: Bool, random: Random) {
        norm1 = LayerNorm2d(sizes.features)
        attn = PermutedAttention(sizes, isShifted: isShifted, random: random)
        norm2 = LayerNorm2d(sizes.features)
        mlp = ConvolutionalMLP(sizes.features, hidden: sizes.hidden, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let h = attn(norm1(x, mode), mode) + x
        return mlp(norm2(h, mode), mode) + h
    }
}

/// SRFormer's attention (Zhou et al. 2023): keys and values have a quarter of the channels; those of two by two pixels
/// become one of full size.
final class PermutedAttention: Layer {
    let q: PixelLinear
    let kv: PixelLinear
    let relativePositionBiasTable: Parameter
    let proj: PixelLinear
    private let windows: AttentionWindows
    private let heads: Int
    private let scale: Float
    private let positions: [Int]

    init(_ sizes: SwinIRParameters, isShifted: Bool, random: Random) {
        let features = sizes.features
        q = PixelLinear(features, features, bias: sizes.attentionBias, random: random)
        kv = PixelLinear(features, features / 2, bias: sizes.attentionBias, random: random)
        let rows = (sizes.window - 1) * (sizes.window - 1)
        relativePositionBiasTable = Parameter(Initializer.normal(0.02)([rows, sizes.heads], random: random))
        proj = PixelLinear(features, features, random: random)
        var windows = AttentionWindows(sizes.window, isShifted: isShifted)
        windows.reduction = 2
        self.windows = windows
        (heads, scale) = (sizes.heads, 1 / Float(features / sizes.heads).squareRoot())
        // Two by two queries stand where their key stands.
        let (window, half) = (sizes.window, sizes.window / 2)
        positions = (0..<window * window).flatMap { query in
            (0..<half * half).map { key in
                let down = query / window / 2 - key / half + half - 1
                return down * (window - 1) + query % window / 2 - key % half + half - 1
            }
        }
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let bias = relativePositionBiasTable.value(in: mode)
            .attentionBias(positions, queries: windows.queries, keys: windows.keys)
        let attended = Tensor.windowAttention(
            [q(x, mode), gathered(kv(x, mode))], heads: heads, bias: bias, scale: scale, windows,
            wrapping: mode.wrapping, precision: mode.precision)
        return proj(attended, mode)
    }

    /// `[N, C / 2, H, W] → [N, 2·C, H / 2, W / 2]`, keys then values; the windows begin at the corner.
    private func gathered(_ x: Tensor) -> Tensor {
        let (count, channels, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        return x.movedToCorner(windows)
            .reshaped(to: [count, 2, channels / 2, height / 2, 2, width / 2, 2])
            .permuted([0, 1, 4, 6, 2, 3, 5])
            .reshaped(to: [count, 4 * channels, height / 2, width / 2])
    }
}

/// The network of each pixel with a depthwise convolution in its middle.
final class ConvolutionalMLP: Layer {
    let fc1: PixelLinear
    let dwconv: DepthwisePart
    let fc2: PixelLinear

    init(_ channels: Int, hidden: Int, random: Random) {
        fc1 = PixelLinear(channels, hidden, random: random)
        dwconv = DepthwisePart(hidden, random: random)
        fc2 = PixelLinear(hidden, channels, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let h = fc1(x, mode).gelu()
        return fc2(h + dwconv.depthwiseConv(h, mode), mode)
    }
}

/// A 5×5 convolution of each channel on its own, and GELU.
final class DepthwisePart: Module {
    let depthwiseConv: Sequential

    init(_ channels: Int, random: Random) {
        depthwiseConv = Sequential([
            Conv2d(channels, channels, kernel: 5, padding: 2, groups: channels, random: random), GELU(),
        ])
    }
}
