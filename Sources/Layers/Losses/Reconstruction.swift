import TensorCore

/// The mean of |x − y|.
public func l1Loss(_ x: Tensor, _ y: Tensor) -> Tensor { (x - y).absolute().mean() }

/// The mean of (x − y)².
public func meanSquaredError(_ x: Tensor, _ y: Tensor) -> Tensor { (x - y).squared().mean() }
