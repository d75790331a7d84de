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

/// One training step toward the photos, pixel by pixel: what gives the highest PSNR, and where adversarial training
/// starts from.
public struct PixelStep {
    /// From small images to large ones.
    public let generator: any Layer
    /// Of its parameters.
    public let optimizer: any Optimizer
    /// What is minimized.
    public var loss = PixelLoss.l1
    /// The arithmetic of convolutions and matrix products.
    public var precision = Precision.float32

    /// A network and the optimizer of its parameters.
    public init(generator: any Layer, optimizer: any Optimizer) {
        self.generator = generator
        self.optimizer = optimizer
    }

    /// One update.
    ///
    /// - Parameters:
    ///   - small: images `[N, C, H, W]`.
    ///   - large: what they were made from, `[N, C, H·scale, W·scale]`.
    ///   - random: where layers draw from.
    /// - Returns: the loss before the update, and the Euclidean norm of the gradients when measured.
    public func callAsFunction(
        from small: Tensor, to large: Tensor, random: Random, measuring: Bool = false
    ) -> (loss: Float, gradientNorm: Float?) {
        let goal = loss(generator(small, .training(random, precision)), large)
        let value = goal.item
        let weights = gradients(of: consume goal, at: optimizer.values)
        optimizer.update(weights)
        return (value, measuring ? globalNorm(of: weights) : nil)
    }
}
