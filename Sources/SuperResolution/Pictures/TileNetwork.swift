import ImageFiles
import TensorCore

/// One tile of a picture enlarged: color by the network, alpha by the network as a grey picture.
struct TileNetwork: Sendable {
    let upscaler: Upscaler
    /// Channels of the network's pictures, 1 or 3.
    let networkChannels: Int
    /// How many times larger results are.
    let scale: Int
    let testTimeAugmentation: Bool
    let correctsColor: Bool

    /// What became of a tile.
    struct Result {
        /// `[1, 1 or 3, H, W]`, about from 0 to 1.
        let color: Tensor
        let correction: ColorCorrection?
        /// `[1, 1, H, W]`; nil for pictures without.
        let alpha: Tensor?
        let alphaCorrection: ColorCorrection?
    }

    /// - Parameter tile: `[1, C, h, w]` from 0 to 1 with 1 to 4 channels, the last of 2 or 4 being alpha.
    func callAsFunction(_ tile: Tensor) -> Result {
        let channels = tile.shape[1]
        guard channels == 2 || channels == 4 else {
            let color = enlarged(tile)
            return Result(color: color, correction: correction(color, tile), alpha: nil, alphaCorrection: nil)
        }
        let alpha = tile.slice(axis: 1, from: channels - 1, count: 1)
        let color = bled(tile, alpha)
        let (large, clear) = (enlarged(color), enlargedAlpha(alpha))
        return Result(
            color: large, correction: correction(large, color), alpha: clear, alphaCorrection: correction(clear, alpha))
    }

    private func correction(_ y: Tensor, _ x: Tensor) -> ColorCorrection? {
        correctsColor ? ColorCorrection(of: y, from: x, scale: scale) : nil
    }

    private func bled(_ tile: Tensor, _ alpha: Tensor) -> Tensor {
        let (colors, height, width) = (tile.shape[1] - 1, tile.shape[2], tile.shape[3])
        return Tensor(shape: [1, colors, height, width]) { buffer in
            tile.withValues { _ = buffer.update(fromContentsOf: $0[0..<buffer.count]) }
            alpha.withValues { _ = EdgeBleeding.bleed(buffer, alpha: $0, width: width, height: height) }
        }
    }

    /// Where alpha is the same everywhere, as in most tiles, there is nothing to compute.
    private func enlargedAlpha(_ alpha: Tensor) -> Tensor {
        let (first, isFlat) = alpha.withValues { values in (values[0], values.allSatisfy { $0 == values[0] }) }
        guard isFlat else { return enlarged(alpha) }
        return .full([1, 1, alpha.shape[2] * scale, alpha.shape[3] * scale], first)
    }

    /// `[1, 1 or 3, h, w]` at the network's scale, whatever the number of channels that the network has.
    private func enlarged(_ x: Tensor) -> Tensor {
        let (channels, height, width) = (x.shape[1], x.shape[2], x.shape[3])
        if channels == networkChannels { return averaged(x) }
        if networkChannels == 1 {
            // Each color as a picture of its own.
            let y = averaged(x.reshaped(to: [channels, 1, height, width]))
            return y.reshaped(to: [1, channels, y.shape[2], y.shape[3]])
        }
        return Self.grey(averaged(.concatenated([x, x, x], axis: 1)))
    }

    /// With test-time augmentation the mean over the eight ways to turn and mirror the tile.
    private func averaged(_ x: Tensor) -> Tensor {
        guard testTimeAugmentation else { return upscaler(x) }
        var sum: Tensor?
        for turn in 0..<8 {
            var turned = x
            if turn & 1 != 0 { turned = turned.flipped(axis: 3) }
            if turn & 2 != 0 { turned = turned.flipped(axis: 2) }
            if turn & 4 != 0 { turned = turned.transposed() }
            var y = upscaler(turned)
            if turn & 4 != 0 { y = y.transposed() }
            if turn & 2 != 0 { y = y.flipped(axis: 2) }
            if turn & 1 != 0 { y = y.flipped(axis: 3) }
            sum = sum.map { $0 + y } ?? y
        }
        return (sum ?? x).scaled(by: 1 / 8)
    }

    /// The luma of Rec. 601.
    private static func grey(_ y: Tensor) -> Tensor {
        let area = y.shape[2] * y.shape[3]
        return Tensor(shape: [1, 1, y.shape[2], y.shape[3]]) { buffer in
            y.withValues { values in
                for i in 0..<area {
                    buffer[i] = 0.299 * values[i] + 0.587 * values[area + i] + 0.114 * values[2 * area + i]
                }
            }
        }
    }
}
