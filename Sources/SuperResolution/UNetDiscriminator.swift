import Layers
import TensorCore

/// Real-ESRGAN's discriminator (Wang et al. 2021): a U-Net with spectral normalization that classifies every pixel.
/// Down by 4×4 convolutions, up by bilinear doubling and 3×3 convolutions, skips are added.
///
/// `[N, channels, H, W] → [N, 1, H, W]` logits; height and width are multiples of 8. Parameter names are those of the
/// public checkpoints, where PyTorch calls a normalized `weight` `weight_orig`.
package final class UNetDiscriminator: Layer {
    let conv0: Conv2d
    let conv1: Conv2d
    let conv2: Conv2d
    let conv3: Conv2d
    let conv4: Conv2d
    let conv5: Conv2d
    let conv6: Conv2d
    let conv7: Conv2d
    let conv8: Conv2d
    let conv9: Conv2d

    /// - Parameter width: channels at full resolution, doubled at each halving.
    package init(channels: Int = 3, width: Int = 64, random: Random) {
        func down(_ from: Int, _ to: Int) -> Conv2d {
            Conv2d(from, to, kernel: 4, stride: 2, padding: 1, bias: false, spectralNorm: true, random: random)
        }
        func same(_ from: Int, _ to: Int) -> Conv2d {
            Conv2d(from, to, kernel: 3, padding: 1, bias: false, spectralNorm: true, random: random)
        }
        conv0 = Conv2d(channels, width, kernel: 3, padding: 1, random: random)
        conv1 = down(width, 2 * width)
        conv2 = down(2 * width, 4 * width)
        conv3 = down(4 * width, 8 * width)
        conv4 = same(8 * width, 4 * width)
        conv5 = same(4 * width, 2 * width)
        conv6 = same(2 * width, width)
        conv7 = same(width, width)
        conv8 = same(width, width)
        conv9 = Conv2d(width, 1, kernel: 3, padding: 1, random: random)
    }

    /// Logits `[N, 1, H, W]` of images `[N, channels, H, W]`.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        func active(_ conv: Conv2d, _ x: Tensor) -> Tensor { conv(x, mode).leakyReLU(slope: 0.2) }
        let full = active(conv0, x)
        let half = active(conv1, full)
        let quarter = active(conv2, half)
        let eighth = active(conv3, quarter)
        var h = active(conv4, doubled(eighth, mode)) + quarter
        h = active(conv5, doubled(h, mode)) + half
        h = active(conv6, doubled(h, mode)) + full
        return conv9(active(conv8, active(conv7, h)), mode)
    }

    private func doubled(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        x.resized(height: 2 * x.shape[2], width: 2 * x.shape[3], .bilinear, wrapping: mode.wrapping)
    }
}
