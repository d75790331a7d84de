import Layers
import TensorCore

/// The mean absolute difference of local means, taken for each of the `scale²` places that one pixel becomes by itself.
///
/// An enlarged picture that prints a grid as wide as its scale, the usual flaw of pixel shuffling against a
/// discriminator, differs from the photo in these means however small the grid's contrast; so does one whose colors
/// have shifted. Detail, wherever it lies, hardly shows in them.
///
/// - Parameters:
///   - x, y: pictures `[N, C, H · scale, W · scale]`; the first is the one to better.
///   - window: over how many pixels of the small picture a mean is taken, on each side.
func phaseLoss(_ x: Tensor, _ y: Tensor, scale: Int, window: Int = 8) -> Tensor {
    let window = min(window, x.shape[2] / scale, x.shape[3] / scale)
    return (x - y.detached).pixelUnshuffled(by: scale).averagePooled(window: window).absolute().mean()
}
