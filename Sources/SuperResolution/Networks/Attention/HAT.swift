import Layers
import Models
import TensorCore

/// The parameters of HAT (Chen et al. 2023).
package struct HATParameters: UpscalerParameters {
    /// 1, 2, 3, 4 or 8.
    package var scale = 4
    /// Groups of blocks: 6, or 12 in the large network.
    package var depth = 6
    /// Channels of the groups: 180, or 144 in the small network.
    package var features = 180
    /// Channels of the input.
    package var inputChannels = 3
    /// Channels of the output; those of the input.
    package var outputChannels = 3
    /// The factor by which the result is resized at the end; 1 for none.
    package var resize = 1.0
    /// Blocks in each group; every second one has shifted windows.
    package var blocks = 6
    /// Heads of the attention; they divide the features.
    package var heads = 6
    /// The side of windows.
    package var window = 16
    /// Pixels beyond a window that the last attention of a group sees on each side.
    package var overlap = 4
    /// Channels inside of the network of each pixel.
    package var hidden = 360
    /// Channels between the two convolutions of a block: 60, or 6 in the small network.
    package var compressed = 60
    /// Channels inside of the channel attention.
    package var squeezed = 6
    /// The factor of a block's convolutions.
    package var convolutionScale = 0.01
    /// The convolution behind the blocks.
    package var connection = TransformerConnection.one
    /// Channels in front of the upsampler.
    package var upsampledFeatures = 64
    /// Whether the first convolution's result is normalized.
    package var normalizesInput = true
    /// Whether queries, keys and values have a bias.
    package var attentionBias = true

    /// The network ×4 of usual size.
    package init() {}
}

extension Architecture {
    /// HAT of all sizes, in the public code `HAT`.
    public static let hat = Architecture(
        id: "hat", family: .upscaler, parameters: HATParameters.self,
        limits: { sizes throws(ParameterError) in
            try sizes.checkTransformer(
                window: sizes.window, heads: [(sizes.heads, sizes.features)], hidden: sizes.hidden,
                blocks: sizes.blocks, upsampler: .shuffle, connection: sizes.connection,
                upsampledFeatures: sizes.upsampledFeatures)
            try ParameterError.check("overlap", sizes.overlap, in: 0...sizes.window)
            try ParameterError.check("compressed", sizes.compressed, in: 1...1024)
            try ParameterError.check("squeezed", sizes.squeezed, in: 1...1024)
            try ParameterError.check("convolutionScale", sizes.convolutionScale, in: -100...100)
        },
        multiple: { $0.window },
        words: { sizes in
            sizes.words(
                "HAT",
                "\(sizes.depth) × \(sizes.blocks) blocks, \(sizes.features) features, windows of \(sizes.window)")
        },
        isSurplus: isAttentionConstant,
        detect: { shapes in
            let group = "layers.0.residual_group."
            guard let around = SwinIRParameters(around: shapes, attention: "attn.", bias: "attn.qkv.bias"),
                let overlapping = shapes[group + "overlap_attn.relative_position_bias_table", rank: 2],
                let table = shapes[group + "blocks.0.attn.relative_position_bias_table", rank: 2],
                let compressing = shapes[group + "blocks.0.conv_block.cab.0.weight", rank: 4],
                let squeezing = shapes[group + "blocks.0.conv_block.cab.3.attention.1.weight", rank: 4],
                let sides = table[0].root, let both = overlapping[0].root
            else { return nil }
            var sizes = HATParameters()
            (sizes.scale, sizes.depth, sizes.features) = (around.scale, around.depth, around.features)
            (sizes.inputChannels, sizes.outputChannels) = (around.inputChannels, around.outputChannels)
            (sizes.blocks, sizes.heads, sizes.hidden) = (around.blocks, around.heads, around.hidden)
            sizes.window = (sides + 1) / 2
            sizes.overlap = max(both + 1 - 2 * sizes.window, 0) / 2
            (sizes.compressed, sizes.squeezed) = (compressing[0], squeezing[0])
            (sizes.connection, sizes.upsampledFeatures) = (around.connection, around.upsampledFeatures)
            (sizes.normalizesInput, sizes.attentionBias) = (around.normalizesInput, around.attentionBias)
            return sizes
        },
        make: { sizes, random in
            let groups = (0..<sizes.depth).map { _ in
                TransformerGroup(
                    (0..<sizes.blocks).map { HybridBlock(sizes, isShifted: $0 % 2 == 1, random: random) },
                    then: OverlappingAttention(sizes, random: random),
                    conv: sizes.connection.layer(sizes.features, random: random))
            }
            var frame = TransformerFrame(
                scale: sizes.scale, features: sizes.features, inputChannels: sizes.inputChannels,
                multiple: sizes.window, connection: sizes.connection, upsampledFeatures: sizes.upsampledFeatures)
            if !sizes.normalizesInput { frame.normalization = nil }
            let reach = sizes.depth * ((sizes.blocks + 1) * sizes.window + sizes.overlap + 3)
            return UpscalingTransformer(frame, reach: reach, layers: groups, random: random)
        })
}

/// A Swin block with convolutions beside the attention, whose channels are weighted by what the whole image holds.
final class HybridBlock: Layer {
    let norm1: LayerNorm2d
    let attn: WindowAttention
    let convBlock: ConvolutionsBesideAttention
    let norm2: LayerNorm2d
    let mlp: PixelMLP
    private let windows: AttentionWindows
    private let scale: Float

    init(_ sizes: HATParameters, isShifted: Bool, random: Random) {
        windows = AttentionWindows(sizes.window, isShifted: isShifted)
        scale = Float(sizes.convolutionScale)
        norm1 = LayerNorm2d(sizes.features)
        attn = WindowAttention(
            sizes.features, heads: sizes.heads, windows: windows, bias: sizes.attentionBias, random: random)
        convBlock = ConvolutionsBesideAttention(sizes, random: random)
        norm2 = LayerNorm2d(sizes.features)
        mlp = PixelMLP(sizes.features, hidden: sizes.hidden, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let normalized = norm1(x, mode)
        let beside = convBlock.cab(normalized, mode).scaled(by: scale)
        let h = attn(normalized, mode, windows) + x + beside
        return mlp(norm2(h, mode), mode) + h
    }
}

/// Two convolutions and an attention to channels.
final class ConvolutionsBesideAttention: Module {
    let cab: Sequential

    init(_ sizes: HATParameters, random: Random) {
        let (wide, narrow) = (sizes.features, sizes.compressed)
        cab = Sequential([
            Conv2d(wide, narrow, kernel: 3, padding: 1, random: random), GELU(),
            Conv2d(narrow, wide, kernel: 3, padding: 1, random: random),
            SqueezedAttention(wide, squeezed: sizes.squeezed, random: random),
        ])
    }
}

/// Channels times what a small network makes of their means over the image (Hu et al. 2018).
final class SqueezedAttention: Layer {
    let attention: Sequential

    init(_ features: Int, squeezed: Int, random: Random) {
        attention = Sequential([
            ImageMean(), Conv2d(features, squeezed, kernel: 1, random: random), ReLU(),
            Conv2d(squeezed, features, kernel: 1, random: random), Sigmoid(),
        ])
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { x * attention(x, mode) }
}

/// The mean of each channel of an image, `[N, C, H, W] → [N, C, 1, 1]`.
final class ImageMean: Layer {
    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { x.mean(axes: [2, 3], keepingAxes: true) }
}

/// A Swin block whose windows see keys beyond their border.
final class OverlappingAttention: Layer {
    let norm1: LayerNorm2d
    let qkv: PixelLinear
    let relativePositionBiasTable: Parameter
    let proj: PixelLinear
    let norm2: LayerNorm2d
    let mlp: PixelMLP
    private let windows: AttentionWindows
    private let heads: Int
    private let scale: Float
    private let positions: [Int]

    init(_ sizes: HATParameters, random: Random) {
        let features = sizes.features
        norm1 = LayerNorm2d(features)
        qkv = PixelLinear(features, 3 * features, bias: sizes.attentionBias, random: random)
        let side = 2 * (sizes.window + sizes.overlap) - 1
        relativePositionBiasTable = Parameter(Initializer.normal(0.02)([side * side, sizes.heads], random: random))
        proj = PixelLinear(features, features, random: random)
        norm2 = LayerNorm2d(features)
        mlp = PixelMLP(features, hidden: sizes.hidden, random: random)
        var windows = AttentionWindows(sizes.window)
        windows.overlap = sizes.overlap
        self.windows = windows
        (heads, scale) = (sizes.heads, 1 / Float(features / sizes.heads).squareRoot())
        positions = Self.positions(window: sizes.window, overlap: sizes.overlap)
    }

    /// The public code counts distances from the end of the table where they are negative.
    private static func positions(window: Int, overlap: Int) -> [Int] {
        let (wide, side) = (window + 2 * overlap, 2 * (window + overlap) - 1)
        return (0..<window * window).flatMap { query in
            (0..<wide * wide).map { key in
                let down = key / wide - query / window + 1 - 2 * overlap
                let across = key % wide - query % window + 1 - 2 * overlap
                let row = down * side + across
                return row < 0 ? row + side * side : row
            }
        }
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let bias = relativePositionBiasTable.value(in: mode)
            .attentionBias(positions, queries: windows.queries, keys: windows.keys)
        let attended = Tensor.windowAttention(
            [qkv(norm1(x, mode), mode)], heads: heads, bias: bias, scale: scale, windows, wrapping: mode.wrapping,
            precision: mode.precision)
        let h = proj(attended, mode) + x
        return mlp(norm2(h, mode), mode) + h
    }
}
