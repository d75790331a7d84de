import TensorCore

/// The largest difference between two tensors of one shape, relative to the largest value of the second (or 1).
func distance(_ a: Tensor?, _ b: Tensor) -> Float {
    guard let a, a.shape == b.shape else { return .infinity }
    let (x, y) = (a.values, b.values)
    let scale = y.reduce(1) { max($0, abs($1)) }
    return zip(x, y).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale
}
