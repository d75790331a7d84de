import Layers
import TensorCore

/// A discriminator of images: positive logits mean real.
package protocol ImageDiscriminator: Module {
    /// - Parameters:
    ///   - images: `[N, C, H, W]` in [−1, 1].
    ///   - labels: the class of each image; empty for an unconditional network.
    /// - Returns: logits `[N]`.
    func callAsFunction(_ images: Tensor, labels: [Int], _ mode: ForwardMode) -> Tensor
}
