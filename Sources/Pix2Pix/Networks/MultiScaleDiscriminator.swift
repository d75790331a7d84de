import Layers
import TensorCore

/// PatchGANs of one kind at full, half, quarter, … resolution (Wang et al. 2018, "High-resolution image synthesis and
/// semantic manipulation with conditional GANs").
package final class MultiScaleDiscriminator: Module {
    let discriminators: [PatchDiscriminator]

    /// - Parameters:
    ///   - scales: how many discriminators.
    ///   - inputs: channels of the condition and of the image together.
    ///   - halvings: convolutions of stride 2 in each.
    ///   - width: channels after the first convolution of each.
    package init(
        scales: Int = 3, inputs: Int = 6, halvings: Int = 3, width: Int = 64,
        normalization: NormalizationKind = .instance, random: Random
    ) {
        discriminators = (0..<scales).map { _ in
            PatchDiscriminator(
                inputs: inputs, halvings: halvings, width: width, normalization: normalization, random: random)
        }
    }

    /// The features of each discriminator, from full resolution down, each with its logits at the end.
    package func features(_ x: Tensor, _ mode: ForwardMode) -> [[Tensor]] {
        var image = x
        return discriminators.enumerated().map { index, discriminator in
            if index > 0 { image = halved(image, mode.wrapping) }
            return discriminator.features(image, mode)
        }
    }

    /// The mean of each 3×3 window, every second pixel; what lies outside the image does not count.
    private func halved(_ x: Tensor, _ wrapping: Wrapping) -> Tensor {
        func mean(_ x: Tensor) -> Tensor { x.averagePooled(window: 3, stride: 2, padding: 1, wrapping: wrapping) }
        return mean(x) * mean(.ones([1, 1, x.shape[2], x.shape[3]])).reciprocal()
    }
}
