import TensorCore

/// The self-attention of Swin transformers (Liu et al. 2021): queries, keys and values of every pixel, attention in
/// windows with a learned bias for each relative position, and a last map. `[N, C, H, W] → [N, C, H, W]`; height and
/// width are multiples of the windows' sides.
///
/// `relative_position_bias_table` is `[(2·h − 1)·(2·w − 1), heads]` for windows of h × w.
package final class WindowAttention: Module {
    package let qkv: PixelLinear
    package let relativePositionBiasTable: Parameter
    package let proj: PixelLinear
    private let heads: Int
    private let scale: Float
    private let positions: [Int]

    /// - Parameters:
    ///   - channels: a multiple of `heads`.
    ///   - windows: the windows, whose shift may differ in each pass.
    ///   - bias: whether queries, keys and values have a bias.
    package init(_ channels: Int, heads: Int, windows: AttentionWindows, bias: Bool = true, random: Random) {
        precondition(channels % heads == 0, "WindowAttention: \(channels) channels for \(heads) heads")
        (self.heads, scale) = (heads, 1 / Float(channels / heads).squareRoot())
        qkv = PixelLinear(channels, 3 * channels, bias: bias, random: random)
        let rows = (2 * windows.height - 1) * (2 * windows.width - 1)
        relativePositionBiasTable = Parameter(Initializer.normal(0.02)([rows, heads], random: random))
        proj = PixelLinear(channels, channels, random: random)
        positions = RelativePositions.ofWindow(height: windows.height, width: windows.width)
    }

    /// `[N, C, H, W]`; the result has the same shape.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode, _ windows: AttentionWindows) -> Tensor {
        let bias = relativePositionBiasTable.value(in: mode)
            .attentionBias(positions, queries: windows.queries, keys: windows.keys)
        let attended = Tensor.windowAttention(
            [qkv(x, mode)], heads: heads, bias: bias, scale: scale, windows, wrapping: mode.wrapping,
            precision: mode.precision)
        return proj(attended, mode)
    }
}

/// Which row of a table belongs to each pair of a query and a key.
package enum RelativePositions {
    /// Of the pixels of a window to each other: the distances down and to the right, `(2·h − 1)·(2·w − 1)` rows.
    package static func ofWindow(height: Int, width: Int) -> [Int] {
        let pixels = (0..<height * width).map { ($0 / width, $0 % width) }
        return pixels.flatMap { query in
            pixels.map { key in
                (query.0 - key.0 + height - 1) * (2 * width - 1) + query.1 - key.1 + width - 1
            }
        }
    }
}

extension Tensor {
    /// The bias `[heads, queries, keys]` from a table `[rows, heads]` and the row for each pair.
    package func attentionBias(_ positions: [Int], queries: Int, keys: Int) -> Tensor {
        gatheringRows(positions).transposed().reshaped(to: [shape[1], queries, keys])
    }
}
