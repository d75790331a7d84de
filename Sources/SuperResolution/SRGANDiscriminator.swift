import Layers
import TensorCore

/// SRGAN's discriminator (Ledig et al. 2017): eight 3×3 convolutions, every second of stride 2, with leaky relu and,
/// but for the first, batch normalization; two linear layers. `[N, channels, size, size] → [N]` logits.
package final class SRGANDiscriminator: Layer {
    let features: Sequential
    let classifier: Sequential

    /// - Parameters:
    ///   - size: the side of the images, a multiple of 16; the paper's is 96.
    ///   - width: channels of the first convolution, doubled three times.
    ///   - hidden: outputs of the first linear layer.
    package init(size: Int = 96, channels: Int = 3, width: Int = 64, hidden: Int = 1024, random: Random) {
        precondition(size > 0 && size % 16 == 0, "SRGANDiscriminator: images of \(size)")
        var layers: [any Layer] = [Conv2d(channels, width, kernel: 3, padding: 1, random: random), LeakyReLU(0.2)]
        var from = width
        for i in 1..<8 {
            let to = width << (i / 2)
            layers +=
                [
                    Conv2d(from, to, kernel: 3, stride: 1 + i % 2, padding: 1, bias: false, random: random),
                    BatchNorm(to), LeakyReLU(0.2),
                ] as [any Layer]
            from = to
        }
        features = Sequential(layers)
        let side = size / 16
        classifier = Sequential([
            Linear(from * side * side, hidden, random: random), LeakyReLU(0.2), Linear(hidden, 1, random: random),
        ])
    }

    /// Logits `[N]` of images `[N, channels, size, size]`.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor {
        classifier(features(x, mode).flattened(), mode).reshaped(to: [x.shape[0]])
    }
}
