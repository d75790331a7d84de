import Layers
import TensorCore

/// The loss of an upscaler in its first stage.
public enum PixelLoss: String, Codable, Sendable, CaseIterable {
    /// The mean absolute difference.
    case l1
    /// The same, but smooth at 0 (Lai et al. 2017).
    case charbonnier

    /// The loss of images and their targets.
    package func callAsFunction(_ x: Tensor, _ y: Tensor) -> Tensor {
        switch self {
        case .l1: l1Loss(x, y)
        case .charbonnier: charbonnierLoss(x, y)
        }
    }
}
