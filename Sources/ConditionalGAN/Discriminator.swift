import Layers
import TensorCore
import Training

/// Conditioning as in Mirza & Osindero 2014: the label becomes one more plane of the image.
package final class ConcatenationDiscriminator: ImageDiscriminator {
    let embedding: Embedding
    let network: DCGANDiscriminator
    private let size: Int

    /// - Parameters:
    ///   - size: the image's side, a power of two from 16 to 256.
    ///   - width: channels at half of that size.
    ///   - spectralNorm: normalize the weights of the convolutions instead of the batch.
    package init(classes: Int, size: Int, channels: Int, width: Int, spectralNorm: Bool, random: Random) {
        self.size = size
        embedding = Embedding(classes, size * size, random: random)
        network = DCGANDiscriminator(
            size: size, channels: channels + 1, width: width, spectralNorm: spectralNorm, random: random)
    }

    /// Logits `[N]` of images `[N, C, size, size]` with the class labels `labels`.
    package func callAsFunction(_ images: Tensor, labels: [Int], _ mode: ForwardMode) -> Tensor {
        let plane = embedding(labels, mode).reshaped(to: [labels.count, 1, size, size])
        return network(Tensor.concatenated([images, plane], axis: 1), mode)
    }
}

/// The projection discriminator (Miyato & Koyama 2018, "cGANs with projection discriminator"): features h of the image
/// give the logit ψ(h) + ⟨embedding(label), h⟩. 4×4 convolutions of stride 2 reduce the image to 4×4 pixels. There, the
/// standard deviation of the batch becomes one more channel (Karras et al. 2018). One 3×3 convolution and a layer of
/// features follow.
package final class ProjectionDiscriminator: ImageDiscriminator {
    let first: Conv2d
    let blocks: [Conv2d]
    let last: Conv2d
    let features: Linear
    let output: Linear
    let embedding: Embedding
    private let deviation = MinibatchStandardDeviation()

    /// - Parameter spectralNorm: normalize all weights (Miyato et al. 2018); without it, use the R1 penalty.
    package init(classes: Int, size: Int, channels: Int, width: Int, spectralNorm: Bool, random: Random) {
        let widths = Array(DCGANPyramid(size: size, width: width).widths.reversed())
        let top = widths[widths.count - 1]
        let initializer = spectralNorm ? Initializer.orthogonal(gain: 1) : .kaimingNormal(slope: 0.2)
        func convolution(_ from: Int, _ to: Int, kernel: Int, stride: Int) -> Conv2d {
            Conv2d(
                from, to, kernel: kernel, stride: stride, padding: 1, initializer: initializer,
                spectralNorm: spectralNorm, random: random)
        }
        first = convolution(channels, widths[0], kernel: 4, stride: 2)
        blocks = zip(widths, widths.dropFirst()).map { convolution($0, $1, kernel: 4, stride: 2) }
        last = convolution(top + 1, top, kernel: 3, stride: 1)
        features = Linear(
            top * 16, top, initializer: initializer, spectralNorm: spectralNorm, random: random)
        output = Linear(
            top, 1, initializer: .xavierNormal(gain: 1), spectralNorm: spectralNorm, random: random)
        embedding = Embedding(
            classes, top, initializer: .normal(1 / Float(top).squareRoot()), spectralNorm: spectralNorm, random: random)
    }

    /// Logits `[N]` of images `[N, C, size, size]` with the class labels `labels`.
    package func callAsFunction(_ images: Tensor, labels: [Int], _ mode: ForwardMode) -> Tensor {
        var h = first(images, mode).leakyReLU(slope: 0.2)
        for block in blocks { h = block(h, mode).leakyReLU(slope: 0.2) }
        h = last(deviation(h, mode), mode).leakyReLU(slope: 0.2)
        h = features(h.flattened(), mode).leakyReLU(slope: 0.2)
        let projection = (embedding(labels, mode) * h).sum(axes: [1])
        return output(h, mode).reshaped(to: [labels.count]) + projection
    }
}
