import Layers
import TensorCore

/// A block of Swin transformers (Liu et al. 2021): x + attention(norm(x)), then x + mlp(norm(x)), `[N, C, H, W]`.
final class SwinBlock: Layer {
    let norm1: LayerNorm2d
    let attn: WindowAttention
    let norm2: LayerNorm2d
    let mlp: PixelMLP
    private let windows: AttentionWindows

    /// - Parameters:
    ///   - heads: divides the channels.
    ///   - hidden: channels inside of the network of each pixel.
    ///   - windows: the side and the shift of windows.
    ///   - bias: whether queries, keys and values have a bias.
    init(_ channels: Int, heads: Int, hidden: Int, windows: AttentionWindows, bias: Bool, random: Random) {
        norm1 = LayerNorm2d(channels)
        attn = WindowAttention(channels, heads: heads, windows: windows, bias: bias, random: random)
        norm2 = LayerNorm2d(channels)
        mlp = PixelMLP(channels, hidden: hidden, random: random)
        self.windows = windows
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        let h = attn(norm1(x, mode), mode, windows) + x
        return mlp(norm2(h, mode), mode) + h
    }
}
