import TensorCore

/// The mean absolute difference of local means, taken separately for each of the `scale²` positions in the block that
/// replaces an input pixel.
///
/// Pixel shuffling against a discriminator often prints a grid as wide as the scale. Such an image differs from the
/// photo in these means, however small the contrast of the grid, and so does an image with shifted colors. Detail
/// hardly affects them.
///
/// - Parameters:
///   - x: the images to improve, `[N, C, H · scale, W · scale]`.
///   - y: the images to compare with, of the same shape.
///   - scale: the width of the grid, in pixels.
///   - window: the side of the averaging window, in pixels of the small image.
public func gridLoss(_ x: Tensor, _ y: Tensor, scale: Int, window: Int = 8) -> Tensor {
    phases(of: x - y.detached, scale: scale, window: window)
}

/// As ``gridLoss(_:_:scale:window:)``, but independent of colors: it compares how much the positions in a cell of
/// `period · period` pixels differ from each other, in the local mean, between the two images.
///
/// Networks that halve and double planes print such patterns (Odena et al. 2016, "Deconvolution and checkerboard
/// artifacts"), and discriminators that halve planes detect them poorly.
///
/// - Parameters:
///   - x: the images to improve, `[N, C, H, W]`, no smaller than a cell. Incomplete cells at the right and at the
///     bottom are ignored.
///   - y: the images to compare with, of the same shape.
///   - period: the period of the pattern, in pixels; patterns with a divisor of it are detected as well.
///   - window: the side of the averaging window, in cells.
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
