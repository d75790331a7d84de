import Layers
import TensorCore

/// A network that judges images: positive logits for real ones.
public protocol ImageDiscriminator: Module {
    /// - Parameters:
    ///   - images: `[N, C, H, W]` in [−1, 1].
    ///   - labels: the class each is supposed to be of; empty for an unconditional network.
    /// - Returns: logits `[N]`.
    func callAsFunction(_ images: Tensor, labels: [Int], _ mode: ForwardMode) -> Tensor
}
