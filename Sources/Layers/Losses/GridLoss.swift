import TensorCore

/// The mean absolute difference of local means, taken for each of the `scale²` places that one pixel becomes by itself.
///
/// An upscaled image that prints a grid as wide as its scale, the usual flaw of pixel shuffling against a
/// discriminator, differs from the photo in these means however small the grid's contrast; so does one whose colors
/// have shifted. Detail, wherever it lies, hardly shows in them.
///
/// - Parameters:
///   - x, y: images `[N, C, H · scale, W · scale]`; the first is the one to better.
///   - window: over how many pixels of the small image a mean is taken, on each side.
public func gridLoss(_ x: Tensor, _ y: Tensor, scale: Int, window: Int = 8) -> Tensor {
    phases(of: x - y.detached, scale: scale, window: window)
}

/// As ``gridLoss(_:_:scale:window:)``, but blind to colors: what counts is how far the places of a cell of
/// `period · period` pixels differ from each other on the local mean, more or less than they do in the other image.
///
/// Networks that halve and double planes print such patterns (Odena et al. 2016, "Deconvolution and checkerboard
/// artifacts"), and discriminators that halve planes see them badly.
///
/// - Parameters:
///   - x, y: images `[N, C, H, W]`, no smaller than a cell; the first is the one to better. What is left of whole cells
///     to the right and below does not count.
///   - period: after how many pixels the pattern repeats; its divisors are seen as well.
///   - window: over how many cells a mean is taken, on each side.
public func checkerboardLoss(_ x: Tensor, _ y: Tensor, period: Int = 4, window: Int = 8) -> Tensor {
    let cells = [2, 3].reduce(x - y.detached) { difference, axis in
        difference.slice(axis: axis, from: 0, count: difference.shape[axis] / period * period)
    }
    return phases(
        of: cells - cells.averagePooled(window: period).upsampledNearest(by: period), scale: period, window: window)
}

private func phases(of difference: Tensor, scale: Int, window: Int) -> Tensor {
    let window = min(window, difference.shape[2] / scale, difference.shape[3] / scale)
    return difference.pixelUnshuffled(by: scale).averagePooled(window: window).absolute().mean()
}
