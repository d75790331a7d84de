import Layers
import TensorCore

/// A feed-forward network in which one half of the hidden channels is the gate of the other, after a depthwise
/// convolution (Chen et al. 2023, "Dual aggregation transformer"). Part of DAT and RGT.
final class SpatialGateFeedForward: Layer {
    /// The gate: the first half times the convolved second half.
    final class Gate: Layer {
        let norm: LayerNorm2d
        let conv: Conv2d

        init(_ channels: Int, random: Random) {
            norm = LayerNorm2d(channels)
            conv = Conv2d(channels, channels, kernel: 3, padding: 1, groups: channels, random: random)
        }

        func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
            let halves = x.chunks(2)
            return halves[0] * conv(norm(halves[1], mode), mode)
        }
    }

    let fc1: PixelLinear
    let sg: Gate
    let fc2: PixelLinear

    /// - Parameters:
    ///   - features: channels of input and output.
    ///   - hidden: channels between; even.
    init(_ features: Int, hidden: Int, random: Random) {
        fc1 = PixelLinear(features, hidden, random: random)
        sg = Gate(hidden / 2, random: random)
        fc2 = PixelLinear(hidden / 2, features, random: random)
    }

    func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { fc2(sg(fc1(x, mode).gelu(), mode), mode) }
}
