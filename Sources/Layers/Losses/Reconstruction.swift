import TensorCore

/// The mean of |x − y|.
public func l1Loss(_ x: Tensor, _ y: Tensor) -> Tensor { (x - y).absolute().mean() }

/// The mean of (x − y)².
public func meanSquaredError(_ x: Tensor, _ y: Tensor) -> Tensor { (x - y).squared().mean() }

/// The mean of √((x − y)² + ε²) (Charbonnier et al. 1994): |x − y|, but smooth at 0.
public func charbonnierLoss(_ x: Tensor, _ y: Tensor, epsilon: Float = 1e-3) -> Tensor {
    ((x - y).squared() + epsilon * epsilon).squareRoot().mean()
}
