import ImageData
import ImageFiles
import Memory
import TensorCore

/// Upscales one tile of an image: color, and alpha as a gray image, unless the network takes alpha itself.
struct TileNetwork: Sendable {
    let upscaler: Upscaler
    /// The conversion between the channels of images and of the network.
    let fit: ChannelFit
    /// How many times larger results are.
    let scale: Int
    let testTimeAugmentation: Bool
    let correctsColor: Bool
    /// The axes along which tiles repeat: those along which the image does and is one tile.
    var wrapping = Wrapping.neither

    /// The result for a tile.
    struct Result {
        /// `[1, C, H, W]`, about from 0 to 1: gray or color, with alpha if the network takes it.
        let color: Tensor
        let correction: ColorCorrection?
        /// `[1, 1, H, W]`; nil for images without alpha, and where color has it.
        let alpha: Tensor?
        let alphaCorrection: ColorCorrection?
    }

    /// - Parameter tile: `[1, C, h, w]` from 0 to 1 with 1 to 4 channels, the last of 2 or 4 being alpha.
    /// - Throws: `NonFiniteResult`, `OutOfMemory`.
    func callAsFunction(_ tile: Tensor) throws -> Result {
        try MemoryJob.check()
        let channels = tile.shape[1]
        guard fit.joint(channels) < channels else {
            let color = try upscaled(tile)
            return Result(color: color, correction: correction(color, tile), alpha: nil, alphaCorrection: nil)
        }
        let alpha = tile.slice(axis: 1, from: channels - 1, count: 1)
        let color = EdgeBleeding.bled(tile, wrapping: wrapping)
        let (large, clear) = (try upscaled(color), try upscaledAlpha(alpha))
        return Result(
            color: large, correction: correction(large, color), alpha: clear, alphaCorrection: correction(clear, alpha))
    }

    private func correction(_ y: Tensor, _ x: Tensor) -> ColorCorrection? {
        correctsColor ? ColorCorrection(of: y, from: x, scale: scale, wrapping: wrapping) : nil
    }

    /// If alpha is constant, as in most tiles, nothing is computed.
    private func upscaledAlpha(_ alpha: Tensor) throws -> Tensor {
        let (first, isFlat) = alpha.withValues { values in (values[0], values.allSatisfy { $0 == values[0] }) }
        guard isFlat else { return try upscaled(alpha, channels: 1) }
        return .full([1, 1, alpha.shape[2] * scale, alpha.shape[3] * scale], first)
    }

    /// `[1, C, h, w]` at the network's scale, whatever the number of channels that the network has.
    private func upscaled(_ x: Tensor, channels: Int? = nil) throws -> Tensor {
        let y = averaged(fit.taken(x))
        try MemoryJob.check()
        return fit.given(try y.checkedFinite(), channels: channels ?? fit.result(of: x.shape[1]))
    }

    /// With test-time augmentation, the mean over the eight rotations and reflections of the tile.
    private func averaged(_ x: Tensor) -> Tensor {
        guard testTimeAugmentation else { return upscaler(x, wrapping: wrapping) }
        var sum: Tensor?
        for turn in 0..<8 {
            var turned = x
            if turn & 1 != 0 { turned = turned.flipped(axis: 3) }
            if turn & 2 != 0 { turned = turned.flipped(axis: 2) }
            if turn & 4 != 0 { turned = turned.transposed() }
            var y = upscaler(turned, wrapping: turn & 4 != 0 ? wrapping.transposed : wrapping)
            if turn & 4 != 0 { y = y.transposed() }
            if turn & 2 != 0 { y = y.flipped(axis: 2) }
            if turn & 1 != 0 { y = y.flipped(axis: 3) }
            sum = sum.map { $0 + y } ?? y
        }
        return (sum ?? x).scaled(by: 1 / 8)
    }
}
