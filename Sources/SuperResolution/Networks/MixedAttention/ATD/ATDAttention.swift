import Foundation
import Layers
import TensorCore

/// Attention among the pixels of windows, of queries, keys and values that all attentions of a block share.
final class ATDWindowAttention: Layer {
    let relativePositionBiasTable: Parameter
    let proj: PixelLinear
    private let heads: Int
    private let windows: AttentionWindows
    private let positions: [Int]

    init(_ features: Int, heads: Int, _ windows: AttentionWindows, positions: [Int], random: Random) {
        let rows = (2 * windows.height - 1) * (2 * windows.width - 1)
        relativePositionBiasTable = Parameter(Initializer.normal(0.02)([rows, heads], random: random))
        proj = PixelLinear(features, features, random: random)
        (self.heads, self.windows, self.positions) = (heads, windows, positions)
    }

    /// `[N, 3·C, H, W] → [N, C, H, W]`.
    func callAsFunction(_ qkv: Tensor, _ mode: ForwardMode) -> Tensor {
        let bias = relativePositionBiasTable.value(in: mode)
            .attentionBias(positions, queries: windows.queries, keys: windows.keys)
        let scale = 1 / Float(qkv.shape[1] / 3 / heads).squareRoot()
        let mixed = Tensor.windowAttention(
            [qkv], heads: heads, bias: bias, scale: scale, windows, precision: mode.precision)
        return proj(mixed, mode)
    }
}

/// Attention of all pixels to the entries of a dictionary.
final class ATDDictionaryAttention: Module {
    let wq: PixelLinear
    let wk: Linear
    let wv: Linear
    let scale: Parameter

    init(_ sizes: ATDParameters, random: Random) {
        wq = PixelLinear(sizes.features, sizes.reduced, bias: sizes.bias, random: random)
        wk = Linear(sizes.features, sizes.reduced, bias: sizes.bias, initializer: .normal(0.02), random: random)
        wv = Linear(sizes.features, sizes.features, bias: sizes.bias, initializer: .normal(0.02), random: random)
        scale = Parameter(.full([sizes.tokens], 0.5))
    }

    /// - Parameters:
    ///   - x: `[N, C, H, W]`.
    ///   - tokens: `[N or 1, tokens, C]`.
    /// - Returns: `[N, C, H, W]`, and how much each pixel attends to each entry, `[N, pixels, tokens]`.
    func callAsFunction(_ x: Tensor, _ tokens: Tensor, _ mode: ForwardMode) -> (Tensor, Tensor) {
        let pixels = x.shape[2] * x.shape[3]
        let queries = wq(x, mode)
        let q = (queries * queries.inverseLengths(axis: 1)).reshaped(to: [x.shape[0], queries.shape[1], pixels])
        let keys = wk(tokens, mode)
        let k = keys * keys.inverseLengths(axis: -1)
        let factors = scale.value(in: mode).clamped(to: 0...1).scaled(by: Float(log(Double(scale.shape[0]))), plus: 1)
        let scores = q.matrixProduct(k, transposingSelf: true, transposingOther: true, precision: mode.precision)
        let shares = (scores * factors).softmax()
        let mixed = wv(tokens, mode).matrixProduct(
            shares, transposingSelf: true, transposingOther: true, precision: mode.precision)
        return (mixed.reshaped(to: x.shape), shares)
    }
}

/// Attention among pixels of one category, wherever they are: those that resemble the same entry of a dictionary most.
/// Pixels are sorted by category and cut into parts of equal size, so a part may hold two categories.
final class ATDCategoryAttention: Module {
    let proj: PixelLinear
    let logitScale: Parameter
    private let heads: Int
    private let part: Int

    init(_ sizes: ATDParameters, heads: Int, random: Random) {
        proj = PixelLinear(sizes.features, sizes.features, bias: sizes.bias, random: random)
        logitScale = Parameter(.full([1, 1], Float(log(10.0))))
        (self.heads, part) = (heads, sizes.category)
    }

    /// - Parameters:
    ///   - qkv: `[N, 3·C, H, W]`.
    ///   - resemblance: of each pixel to each entry, `[N, pixels, tokens]`.
    /// - Returns: `[N, C, H, W]`.
    func callAsFunction(_ qkv: Tensor, _ resemblance: Tensor, _ mode: ForwardMode) -> Tensor {
        let (count, pixels, channels) = (qkv.shape[0], qkv.shape[2] * qkv.shape[3], qkv.shape[1] / 3)
        let size = min(pixels, part)
        let parts = (pixels + size - 1) / size
        let order = Self.categories(resemblance).ascendingPositions()
        // The last part is filled up with the last pixels in reverse.
        let filled = order.gathering((0..<parts * size).map { $0 < pixels ? $0 : 2 * pixels - 1 - $0 }, axis: 1)
        let rows = qkv.permuted([0, 2, 3, 1]).reshaped(to: [count * pixels, 3 * channels])
            .gatheringRows(at: Self.rows(filled, of: pixels))
            .reshaped(to: [count * parts, size, 3 * heads, channels / heads]).permuted([0, 2, 1, 3])
        let q = rows.slice(axis: 1, from: 0, count: heads)
        let k = rows.slice(axis: 1, from: heads, count: heads)
        let v = rows.slice(axis: 1, from: 2 * heads, count: heads)
        let scale = logitScale.value(in: mode).clamped(to: -Float.greatestFiniteMagnitude...Float(log(100.0))).exp()
        let scores = q.matrixProduct(k, transposingOther: true, precision: mode.precision) * scale
        let mixed = scores.softmax().matrixProduct(v, precision: mode.precision).permuted([0, 2, 1, 3])
            .reshaped(to: [count * parts * size, channels])
        let back = Self.rows(order.ascendingPositions(), of: parts * size)
        let image = mixed.gatheringRows(at: back)
            .reshaped(to: [count, qkv.shape[2], qkv.shape[3], channels]).permuted([0, 3, 1, 2])
        return proj(image, mode)
    }

    /// The entry that each pixel resembles most, the first of equal ones, `[N, pixels]`.
    private static func categories(_ resemblance: Tensor) -> Tensor {
        let shares = resemblance.detached
        let tokens = shares.shape[2]
        let places = Tensor((0..<tokens).map { Float(tokens - $0) }, shape: [tokens])
        let hits = (shares .== shares.max(axes: [-1], keepingAxes: true)) * places
        return Float(tokens) - hits.max(axes: [-1])
    }

    /// Positions of pixels in their image as positions of rows of all images, `[N · positions]`.
    private static func rows(_ positions: Tensor, of count: Int) -> Tensor {
        let images = positions.shape[0]
        if images == 1 { return positions.reshaped(to: [positions.count]) }
        let starts = Tensor((0..<images).map { Float($0 * count) }, shape: [images, 1])
        return (positions + starts).reshaped(to: [positions.count])
    }
}

/// A feed-forward network with a depthwise convolution beside the hidden channels.
final class ATDFeedForward: Layer {
    let fc1: PixelLinear
    let dwconv: NamedModules<Conv2d>
    let fc2: PixelLinear

    init(_ sizes: ATDParameters, random: Random) {
        fc1 = PixelLinear(sizes.features, sizes.hidden, random: random)
        let convolution = Conv2d(
            sizes.hidden, sizes.hidden, kernel: sizes.kernel, padding: (sizes.kernel - 1) / 2, groups: sizes.hidden,
            random: random)
        dwconv = NamedModules([("dwconv.depthwise_conv.0", convolution)])
        fc2 = PixelLinear(sizes.hidden, sizes.features, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let hidden = fc1(x, mode).gelu()
        return fc2(hidden + dwconv.modules[0](hidden, mode).gelu(), mode)
    }
}
