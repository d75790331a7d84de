import CKernels

/// Pixels in memory, their channels side by side: a channels-last array, or some of the channels of a wider one.
package struct PixelArray {
    package var pointer: UnsafeMutablePointer<Float>
    /// Floats from one pixel to the next.
    package var pixel: Int

    package init(_ pointer: UnsafeMutablePointer<Float>, pixel: Int) {
        self.pointer = pointer
        self.pixel = pixel
    }
}

extension Kernels {
    /// Channels turned into pixels: `[N, C·r², H, W] → [N, C, H·r, W·r]`.
    package static func pixelShuffle(_ x: Tensor, by factor: Int) -> Tensor {
        let x = channelsLast(x)
        let (n, c, h, w) = (x.shape[0], x.shape[1] / (factor * factor), x.shape[2], x.shape[3])
        let shape: Shape = [n, c, h * factor, w * factor]
        if let trace = Trace.of(x) { return trace.emit(.pixelShuffle(factor), [x], shape, .channelsLast) }
        let storage = Storage(count: x.count, layout: .channelsLast)
        withExtendedLifetime(x.storage) {
            shufflePixels(
                PixelArray(x.storage.pointer, pixel: x.shape[1]), rows: n * h, width: w, channels: c, factor: factor,
                adding: nil, to: PixelArray(storage.pointer, pixel: c))
        }
        return Tensor(shape: shape, storage: storage)
    }

    /// Pixels turned into channels: `[N, C, H·r, W·r] → [N, C·r², H, W]`.
    package static func pixelUnshuffle(_ x: Tensor, by factor: Int) -> Tensor {
        let x = channelsLast(x)
        let (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2] / factor, x.shape[3] / factor)
        let shape: Shape = [n, c * factor * factor, h, w]
        if let trace = Trace.of(x) {
            return trace.kernel("pixel unshuffle", [x], shape, .channelsLast) { pixelUnshuffle($0[0], by: factor) }
        }
        let storage = Storage(count: x.count, layout: .channelsLast)
        withExtendedLifetime(x.storage) {
            ck_pixel_unshuffle(x.pointer, Int64(n * h), Int64(w), Int64(c), Int64(factor), storage.pointer)
        }
        return Tensor(shape: shape, storage: storage)
    }

    /// Channels turned into pixels; `base`, of the smaller size, is upscaled and added. Rows and width are the smaller
    /// image's, channels the larger one's.
    static func shufflePixels(
        _ x: PixelArray, rows: Int, width: Int, channels: Int, factor: Int, adding base: PixelArray?,
        to result: PixelArray
    ) {
        ck_pixel_shuffle(
            x.pointer, Int64(x.pixel), Int64(rows), Int64(width), Int64(channels), Int64(factor), base?.pointer,
            Int64(base?.pixel ?? 0), result.pointer, Int64(result.pixel))
    }

    /// Every pixel repeated `factor` times in both directions; rows and width are those of `x`.
    static func upsampleNearest(
        _ x: PixelArray, rows: Int, width: Int, channels: Int, factor: Int, to result: PixelArray
    ) {
        ck_upsample_nearest(
            x.pointer, Int64(x.pixel), Int64(rows), Int64(width), Int64(channels), Int64(factor), result.pointer,
            Int64(result.pixel))
    }

    /// An epilogue applied to an array as it is.
    static func applyEpilogue(
        _ epilogue: ConvolutionEpilogue, _ x: PixelArray, pixels: Int, channels: Int, to result: PixelArray
    ) {
        var description = epilogue.description
        ck_apply_epilogue(
            &description, x.pointer, Int64(x.pixel), result.pointer, Int64(result.pixel), Int64(pixels),
            Int64(channels))
    }
}
