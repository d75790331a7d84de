import Layers
import Models
import TensorCore
import Training

/// The generator of Goodfellow et al. 2014, "Generative adversarial nets": a multilayer perceptron with relu, here
/// with tanh at the end because images lie in [−1, 1]. `[N, latentSize] → [N, C, H, W]`.
package final class PerceptronGenerator: LatentGenerator {
    /// The size of a latent vector.
    package let latentSize: Int
    let hidden1: Linear
    let hidden2: Linear
    let output: Linear
    private let image: Shape

    /// - Parameter width: units in each of the two hidden layers.
    package init(latentSize: Int, size: Int, channels: Int, width: Int, random: Random) {
        self.latentSize = latentSize
        image = [channels, size, size]
        hidden1 = Linear(latentSize, width, random: random)
        hidden2 = Linear(width, width, random: random)
        output = Linear(width, image.count, random: random)
    }

    /// Images `[N, C, size, size]` in [−1, 1] of latent vectors `[N, latentSize]`; classes are ignored.
    package func callAsFunction(_ latents: Tensor, classes: Tensor?, _ mode: ForwardMode) -> Tensor {
        let h1 = hidden1(latents, mode).relu()
        let h2 = hidden2(h1, mode).relu()
        return output(h2, mode).tanh().reshaped(to: Shape([latents.shape[0]] + image.dimensions))
    }
}

/// The DCGAN generator, with latent vectors only.
package final class ConvolutionalGenerator: LatentGenerator {
    /// The size of a latent vector.
    package let latentSize: Int
    let network: DCGANGenerator

    /// - Parameters:
    ///   - size: the image's side, a power of two from 16 to 256.
    ///   - width: channels at half of that size.
    package init(latentSize: Int, size: Int, channels: Int, width: Int, random: Random) {
        self.latentSize = latentSize
        network = DCGANGenerator(inputs: latentSize, size: size, channels: channels, width: width, random: random)
    }

    /// Images `[N, C, size, size]` in [−1, 1] of latent vectors `[N, latentSize]`; classes are ignored.
    package func callAsFunction(_ latents: Tensor, classes: Tensor?, _ mode: ForwardMode) -> Tensor {
        network(latents, mode)
    }
}
