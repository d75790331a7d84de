import Layers
import TensorCore

/// A network that makes pictures from latent vectors, and from class labels where it is conditional.
public protocol LatentGenerator: Module {
    /// - Parameters:
    ///   - latents: standard normal, `[N, latentSize]`.
    ///   - labels: N class indices; empty for an unconditional network.
    /// - Returns: pictures `[N, C, H, W]` in [−1, 1].
    func callAsFunction(_ latents: Tensor, labels: [Int], _ phase: Phase) -> Tensor
    /// Numbers in a latent vector.
    var latentSize: Int { get }
}

/// A network that judges pictures: positive logits for real ones.
public protocol PictureDiscriminator: Module {
    /// - Parameters:
    ///   - pictures: `[N, C, H, W]` in [−1, 1].
    ///   - labels: the class each is supposed to be of; empty for an unconditional network.
    /// - Returns: logits `[N]`.
    func callAsFunction(_ pictures: Tensor, labels: [Int], _ phase: Phase) -> Tensor
}
