import Layers
import TensorCore

/// What an upscaler minimizes before it meets a discriminator.
public enum PixelLoss: String, Codable, Sendable, CaseIterable {
    /// The mean absolute difference.
    case l1
    /// The same with a round bottom (Lai et al. 2017).
    case charbonnier

    /// The loss of images beside what they should be.
    public func callAsFunction(_ x: Tensor, _ y: Tensor) -> Tensor {
        switch self {
        case .l1: l1Loss(x, y)
        case .charbonnier: charbonnierLoss(x, y)
        }
    }
}
