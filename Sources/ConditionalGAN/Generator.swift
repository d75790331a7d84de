import Layers
import Models
import TensorCore
import Training

/// Conditioning as in Mirza & Osindero 2014, "Conditional generative adversarial nets": an embedding of the label is
/// concatenated to the latent vector. The rest is the DCGAN generator.
package final class ConcatenationGenerator: LatentGenerator {
    /// The size of a latent vector.
    package let latentSize: Int
    let embedding: Embedding
    let network: DCGANGenerator

    /// - Parameters:
    ///   - embeddingSize: length of the embedding of the label.
    ///   - size: the image's side, a power of two from 16 to 256.
    ///   - width: channels at half of that size.
    package init(
        latentSize: Int, classes: Int, embeddingSize: Int, size: Int, channels: Int, width: Int, random: Random
    ) {
        self.latentSize = latentSize
        embedding = Embedding(classes, embeddingSize, random: random)
        network = DCGANGenerator(
            inputs: latentSize + embeddingSize, size: size, channels: channels, width: width, random: random)
    }

    /// Images `[N, C, size, size]` in [−1, 1] of latent vectors `[N, latentSize]` and classes `[N]`.
    package func callAsFunction(_ latents: Tensor, classes: Tensor?, _ mode: ForwardMode) -> Tensor {
        let classes = requiring(classes)
        return network(Tensor.concatenated([latents, embedding(classes, mode)], axis: 1), mode)
    }
}

/// The generator that goes with the projection discriminator (Miyato & Koyama 2018): the label chooses scale and shift
/// of every batch normalization (conditional batch norm, de Vries et al. 2017).
package final class ProjectionGenerator: LatentGenerator {
    /// The size of a latent vector.
    package let latentSize: Int
    let project: Linear
    let firstNorm: ConditionalBatchNorm
    let blocks: [UpBlock]
    let output: Conv2d
    private let startWidth: Int

    /// - Parameters:
    ///   - size: the image's side, a power of two from 16 to 256.
    ///   - width: channels at half of that size.
    package init(latentSize: Int, classes: Int, size: Int, channels: Int, width: Int, random: Random) {
        self.latentSize = latentSize
        let widths = DCGANPyramid(size: size, width: width).widths
        startWidth = widths[0]
        project = Linear(latentSize, startWidth * 16, initializer: .normal(0.02), random: random)
        firstNorm = ConditionalBatchNorm(startWidth, classes: classes)
        // Half of the channels are enough at full size, where each channel costs most.
        let finest = max(widths[widths.count - 1] / 2, 1)
        blocks = zip(widths, widths.dropFirst() + [finest]).map {
            UpBlock($0, $1, classes: classes, random: random)
        }
        output = Conv2d(finest, channels, kernel: 3, padding: 1, initializer: .normal(0.02), random: random)
    }

    /// Images `[N, C, size, size]` in [−1, 1] of latent vectors `[N, latentSize]` and classes `[N]`.
    package func callAsFunction(_ latents: Tensor, classes: Tensor?, _ mode: ForwardMode) -> Tensor {
        let classes = requiring(classes)
        let start = project(latents, mode).reshaped(to: [latents.shape[0], startWidth, 4, 4])
        var h = firstNorm(start, classes, mode).relu()
        for block in blocks { h = block(h, classes, mode) }
        return output(h, mode).tanh()
    }
}

/// Twice the resolution: a transposed 4×4 convolution of stride 2, conditional batch norm, relu.
final class UpBlock: Module {
    let up: ConvTranspose2d
    let norm: ConditionalBatchNorm

    init(_ from: Int, _ to: Int, classes: Int, random: Random) {
        up = ConvTranspose2d(
            from, to, kernel: 4, stride: 2, padding: 1, bias: false, initializer: .normal(0.02), random: random)
        norm = ConditionalBatchNorm(to, classes: classes)
    }

    func callAsFunction(_ x: Tensor, _ classes: Tensor, _ mode: ForwardMode) -> Tensor {
        norm(up(x, mode), classes, mode).relu()
    }
}

private func requiring(_ classes: Tensor?) -> Tensor {
    guard let classes else { preconditionFailure("a class-conditional generator was given no classes") }
    return classes
}
