import Layers
import TensorCore

/// R3GAN's block, which has no normalization (Huang et al. 2024): a 1×1 convolution to twice the width, a grouped 3×3
/// convolution, a 1×1 convolution back, biases and leaky relus between them, and the sum with the input. The last
/// convolution starts at 0, so that a new network passes on what its block receives. `[N, w, H, W] → [N, w, H, W]`.
final class ResidualBlock: Layer {
    let expand: Conv2d
    let mix: Conv2d
    let contract: Conv2d

    /// Channels of a group of the 3×3 convolution.
    static let channelsInGroup = 16
    /// How many times as wide the block is inside.
    static let expansion = 2

    /// - Parameters:
    ///   - width: channels, a multiple of 8.
    ///   - blocks: blocks of the whole network. The initial weights are smaller in deeper networks, so that the sum of
    ///     all blocks keeps its size (Zhang et al. 2019, "Fixup initialization").
    init(width: Int, blocks: Int, random: Random) {
        let gain = (2 / (1 + 0.2 * 0.2) as Float).squareRoot() / Float(max(blocks, 1)).squareRoot().squareRoot()
        let inner = width * Self.expansion
        let groups = inner / Self.channelsInGroup
        expand = Conv2d(width, inner, kernel: 1, initializer: .scaled(gain, fanIn: width), random: random)
        mix = Conv2d(
            inner, inner, kernel: 3, padding: 1, groups: groups,
            initializer: .scaled(gain, fanIn: Self.channelsInGroup * 9), random: random)
        contract = Conv2d(inner, width, kernel: 1, bias: false, initializer: .zeros, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let h = mix(expand(x, mode).leakyReLU(slope: 0.2), mode).leakyReLU(slope: 0.2)
        return x + contract(h, mode)
    }
}

extension Initializer {
    /// Normal with deviation gain / √fanIn.
    static func scaled(_ gain: Float = 1, fanIn: Int) -> Initializer { .normal(gain / Float(fanIn).squareRoot()) }
}

/// The widths of both networks: the base width up to 32×32 pixels, then half of it at each doubling.
struct StageWidths {
    /// From 4×4 pixels to the size of the image.
    let widths: [Int]
    /// Blocks of each stage.
    static let blocks = 2

    /// - Parameters:
    ///   - size: the image's side, a power of two from 32 on.
    ///   - width: channels up to 32×32 pixels, a multiple of 8.
    init(size: Int, width: Int) {
        let stages = size.trailingZeroBitCount - 1
        widths = (0..<stages).map { stage in
            let halvings = max(stage - 3, 0)
            return max((width >> halvings) / 8 * 8, 8)
        }
    }

    /// Blocks of the whole network.
    var allBlocks: Int { widths.count * Self.blocks }
}
