import TensorCore

/// The loss that teaches a translator to honor dabs of color: the mean absolute difference from the targets on dabs and
/// near them, so that a dab colors what it lies on.
///
/// - Parameters:
///   - images: `[N, C, H, W]`.
///   - targets: of the same shape.
///   - mask: `[N, 1, H, W]`, 1 on dabs and 0 elsewhere.
/// - Returns: the mean over all images; one without dabs counts as 0.
func hintLoss(_ images: Tensor, _ targets: Tensor, mask: Tensor) -> Tensor {
    let reach = max(images.shape[3] / 16, 1)
    let near = mask.detached.averagePooled(window: 2 * reach + 1, stride: 1, padding: reach)
    let sums = near.sum(axes: [1, 2, 3], keepingAxes: true)
    let shares = near * (sums + (sums .> 0).scaled(by: -1, plus: 1)).reciprocal()
    let difference = (images - targets.detached).absolute().mean(axes: [1], keepingAxes: true)
    return (difference * shares).sum().scaled(by: 1 / Float(images.shape[0]))
}
