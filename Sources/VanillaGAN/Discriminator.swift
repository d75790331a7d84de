import Layers
import TensorCore
import Training

/// The discriminator of Goodfellow et al. 2014: maxout layers (Goodfellow et al. 2013) with dropout.
/// `[N, C, H, W] → [N]` logits.
package final class PerceptronDiscriminator: ImageDiscriminator {
    let hidden1: Linear
    let hidden2: Linear
    let output: Linear
    private let dropout: Dropout
    private let width: Int
    private static let pieces = 5

    /// - Parameter width: maxout units in each of the two hidden layers.
    package init(size: Int, channels: Int, width: Int, random: Random) {
        self.width = width
        hidden1 = Linear(channels * size * size, width * Self.pieces, random: random)
        hidden2 = Linear(width, width * Self.pieces, random: random)
        output = Linear(width, 1, random: random)
        dropout = Dropout(0.3)
    }

    /// Logits `[N]` of images `[N, C, size, size]`; labels are ignored.
    package func callAsFunction(_ images: Tensor, labels: [Int], _ mode: ForwardMode) -> Tensor {
        let h1 = maxout(hidden1(images.flattened(), mode))
        let h2 = maxout(hidden2(dropout(h1, mode), mode))
        return output(dropout(h2, mode), mode).reshaped(to: [images.shape[0]])
    }

    /// The maximum of the linear pieces of each unit.
    private func maxout(_ x: Tensor) -> Tensor {
        x.reshaped(to: [x.shape[0], width, Self.pieces]).max(axes: [2])
    }
}

/// The DCGAN discriminator.
package final class ConvolutionalDiscriminator: ImageDiscriminator {
    let network: DCGANDiscriminator

    /// - Parameters:
    ///   - size: the image's side, a power of two from 16 to 256.
    ///   - width: channels at half of that size.
    ///   - spectralNorm: normalize the weights instead of the batch.
    package init(size: Int, channels: Int, width: Int, spectralNorm: Bool, random: Random) {
        network = DCGANDiscriminator(
            size: size, channels: channels, width: width, spectralNorm: spectralNorm, random: random)
    }

    /// Logits `[N]` of images `[N, C, size, size]`; labels are ignored.
    package func callAsFunction(_ images: Tensor, labels: [Int], _ mode: ForwardMode) -> Tensor {
        network(images, mode)
    }
}
