import Layers
import TensorCore

/// The sides of a window, and the places of its pixels relative to each other; all blocks of a network share them.
struct RectangleSides {
    let height: Int
    let width: Int
    let positions: [Int]

    /// Flat windows, then tall ones.
    ///
    /// - Parameter split: the sides of a window, the shorter one first.
    static func both(_ split: [Int]) -> [RectangleSides] {
        [(split[0], split[1]), (split[1], split[0])].map { height, width in
            let positions = RelativePositions.ofWindow(height: height, width: width)
            return RectangleSides(height: height, width: width, positions: positions)
        }
    }
}

/// Attention among the pixels of windows in one half of the channels. DAT and RGT have two of them: with flat windows
/// for the first half, with tall ones for the second (Chen et al. 2022, "Cross aggregation transformer for image
/// restoration").
final class RectangleAttention: Module {
    /// The places of the pixels of a window relative to each other, `[places, 2]`; the files contain them.
    let rpeBiases: StateTensor
    let pos: PositionBias
    private let heads: Int
    private let scale: Float
    fileprivate let windows: AttentionWindows
    private let positions: [Int]

    private init(
        _ channels: Int, heads: Int, windows: AttentionWindows, positions: [Int], random: Random
    ) {
        rpeBiases = StateTensor(PositionBias.places(height: windows.height, width: windows.width))
        pos = PositionBias(channels / 16, heads: heads, random: random)
        (self.heads, self.windows, self.positions) = (heads, windows, positions)
        scale = 1 / Float(channels / heads).squareRoot()
    }

    /// The attention of both halves.
    ///
    /// - Parameters:
    ///   - channels: of both halves; even.
    ///   - heads: of both halves, which have as many.
    ///   - sides: those of flat and of tall windows.
    ///   - isShifted: whether windows are shifted by half of their sides.
    static func halves(
        _ channels: Int, heads: Int, _ sides: [RectangleSides], isShifted: Bool, random: Random
    ) -> [RectangleAttention] {
        sides.map { sides in
            var windows = AttentionWindows(height: sides.height, width: sides.width)
            if isShifted { (windows.shiftDown, windows.shiftRight) = (sides.height / 2, sides.width / 2) }
            return RectangleAttention(
                channels / 2, heads: heads / 2, windows: windows, positions: sides.positions, random: random)
        }
    }

    /// - Parameter parts: queries, keys and values, `[N, C, H, W]` each; height and width are multiples of a window's.
    /// - Returns: `[N, C, H, W]`.
    fileprivate func callAsFunction(_ parts: [Tensor], _ mode: ForwardMode) -> Tensor {
        let bias = pos(rpeBiases.value, mode)
            .attentionBias(positions, queries: windows.queries, keys: windows.keys)
        return .windowAttention(parts, heads: heads, bias: bias, scale: scale, windows, precision: mode.precision)
    }

    /// Whether a block shifts its windows: every fourth, beginning with the third in the first group and every second
    /// one after it, and with the first in the others.
    static func isShifted(group: Int, block: Int) -> Bool { block % 4 == (group.isMultiple(of: 2) ? 2 : 0) }
}

extension [RectangleAttention] {
    /// - Parameter qkv: queries, keys and values, `[N, 3·C, H, W]`. Zeros fill up height and width to multiples of a
    ///   window.
    /// - Returns: `[N, C, H, W]`.
    func callAsFunction(_ qkv: Tensor, _ mode: ForwardMode) -> Tensor {
        let (height, width) = (qkv.shape[2], qkv.shape[3])
        let side = reduce(1) { Swift.max($0, $1.windows.height, $1.windows.width) }
        func missing(_ extent: Int) -> Int { (side - extent % side) % side }
        let parts = qkv.padded(top: 0, bottom: missing(height), left: 0, right: missing(width)).chunks(6)
        let halves = enumerated().map { index, half in half([parts[index], parts[index + 2], parts[index + 4]], mode) }
        return Tensor.concatenated(halves, axis: 1)
            .slice(axis: 2, from: 0, count: height).slice(axis: 3, from: 0, count: width)
    }
}
