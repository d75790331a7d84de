import Layers
import TensorCore

/// The PatchGAN of Isola et al. 2017: a convolutional network in which every output pixel classifies one patch of its
/// input. 4×4 convolutions, `halvings` of them with stride 2, then two with stride 1.
///
/// `[N, inputs, H, W] → [N, 1, H', W']` logits. One halving sees patches of 16×16 pixels, three of 70×70, five of
/// 286×286. A pair of images is concatenated along the channels.
package final class PatchDiscriminator: TranslationDiscriminator {
    let model: Sequential

    /// - Parameters:
    ///   - inputs: channels of the condition and of the image together.
    ///   - halvings: convolutions of stride 2; each about doubles the patch.
    ///   - width: channels after the first convolution, doubled three times.
    package init(
        inputs: Int = 6, halvings: Int = 3, width: Int = 64, normalization: NormalizationKind = .batch, random: Random
    ) {
        precondition(halvings >= 1, "PatchDiscriminator: \(halvings) halvings")
        func convolution(_ from: Int, _ to: Int, stride: Int, bias: Bool) -> Conv2d {
            Conv2d(
                from, to, kernel: 4, stride: stride, padding: 1, bias: bias, initializer: .normal(0.02), random: random)
        }
        let widths = (0...halvings).map { width << min($0, 3) }
        var layers: [any Layer] = [convolution(inputs, width, stride: 2, bias: true), LeakyReLU(0.2)]
        for i in 1...halvings {
            layers += [
                convolution(
                    widths[i - 1], widths[i], stride: i < halvings ? 2 : 1, bias: normalization.leavesBias),
                normalization.layer(widths[i]), LeakyReLU(0.2),
            ]
        }
        layers.append(convolution(widths[halvings], 1, stride: 1, bias: true))
        model = Sequential(layers)
    }

    /// The side of the patch, in pixels, that one logit depends on.
    package static func patch(halvings: Int) -> Int {
        (0..<halvings).reduce(7) { size, _ in 2 * size + 2 }
    }

    /// Logits `[N, 1, H', W']` of images `[N, inputs, H, W]`.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { model(x, mode) }

    /// The output of each activation, and the logits at the end. Feature matching compares these.
    package func features(_ x: Tensor, _ mode: ForwardMode) -> [Tensor] { model.activations(x, mode) }
}

/// The PatchGAN of 1×1 patches, which sees colors only. `[N, inputs, H, W] → [N, 1, H, W]` logits.
package final class PixelDiscriminator: TranslationDiscriminator {
    let net: Sequential

    /// - Parameters:
    ///   - inputs: channels of the condition and of the image together.
    ///   - width: channels after the first convolution, doubled once.
    package init(inputs: Int = 6, width: Int = 64, normalization: NormalizationKind = .batch, random: Random) {
        func convolution(_ from: Int, _ to: Int, bias: Bool) -> Conv2d {
            Conv2d(from, to, kernel: 1, bias: bias, initializer: .normal(0.02), random: random)
        }
        net = Sequential([
            convolution(inputs, width, bias: true), LeakyReLU(0.2),
            convolution(width, 2 * width, bias: normalization.leavesBias), normalization.layer(2 * width),
            LeakyReLU(0.2), convolution(2 * width, 1, bias: normalization.leavesBias),
        ])
    }

    /// Logits `[N, 1, H, W]` of images `[N, inputs, H, W]`.
    package func callAsFunction(_ x: Tensor, _ mode: ForwardMode) -> Tensor { net(x, mode) }

    /// The output of each activation, and the logits at the end.
    package func features(_ x: Tensor, _ mode: ForwardMode) -> [Tensor] { net.activations(x, mode) }
}

/// A discriminator with access to its activations.
package protocol TranslationDiscriminator: Layer {
    /// The output of each activation, and the logits at the end.
    func features(_ x: Tensor, _ mode: ForwardMode) -> [Tensor]
}

extension Sequential {
    /// The outputs of every leaky relu and of the last layer.
    fileprivate func activations(_ x: Tensor, _ mode: ForwardMode) -> [Tensor] {
        var found: [Tensor] = []
        let last = layers.reduce(x) { x, layer in
            let y = layer(x, mode)
            if layer is LeakyReLU { found.append(y) }
            return y
        }
        return found + [last]
    }
}
