import CKernels
import Memory
import TensorCore

extension CPUBackend {
    package func pixelShuffle(_ x: Tensor, by factor: Int) -> Tensor {
        let x = channelsLast(x)
        let (n, c, h, w) = (x.shape[0], x.shape[1] / (factor * factor), x.shape[2], x.shape[3])
        let shape: Shape = [n, c, h * factor, w * factor]
        return computed(shape, .channelsLast) {
            let storage = try block(x.count, .channelsLast)
            try withExtendedLifetime(x.storage) {
                try shufflePixels(
                    PixelArray(x.block, pixel: x.shape[1]), rows: n * h, width: w, channels: c, factor: factor,
                    adding: nil, to: PixelArray(storage, pixel: c))
            }
            return Tensor(shape: shape, storage: storage)
        }
    }

    package func pixelUnshuffle(_ x: Tensor, by factor: Int) -> Tensor {
        let x = channelsLast(x)
        let (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2] / factor, x.shape[3] / factor)
        let shape: Shape = [n, c * factor * factor, h, w]
        return computed(shape, .channelsLast) {
            let storage = try block(x.count, .channelsLast)
            try withExtendedLifetime(x.storage) {
                try ck_pixel_unshuffle(x.pointer, Int64(n * h), Int64(w), Int64(c), Int64(factor), storage.pointer)
            }
            return Tensor(shape: shape, storage: storage)
        }
    }

    /// Rearranges channels into pixels, and adds the upscaled `base` of the smaller size. Rows and width are those of
    /// the smaller image, channels those of the larger one.
    package func shufflePixels(
        _ x: PixelArray, rows: Int, width: Int, channels: Int, factor: Int, adding base: PixelArray?,
        to result: PixelArray
    ) {
        ck_pixel_shuffle(
            x.pointer, Int64(x.pixel), Int64(rows), Int64(width), Int64(channels), Int64(factor), base?.pointer,
            Int64(base?.pixel ?? 0), result.pointer, Int64(result.pixel))
    }

    /// Every pixel repeated `factor` times in both directions; rows and width are those of `x`.
    package func upsampleNearest(
        _ x: PixelArray, rows: Int, width: Int, channels: Int, factor: Int, to result: PixelArray
    ) {
        ck_upsample_nearest(
            x.pointer, Int64(x.pixel), Int64(rows), Int64(width), Int64(channels), Int64(factor), result.pointer,
            Int64(result.pixel))
    }

    /// Applies an epilogue to an array.
    ///
    /// - Throws: `OutOfMemory` if its numbers are missing.
    package func applyEpilogue(
        _ epilogue: ConvolutionEpilogue, _ x: PixelArray, pixels: Int, channels: Int, to result: PixelArray
    ) throws(OutOfMemory) {
        try epilogue.checkValues()
        var description = epilogue.description
        ck_apply_epilogue(
            &description, x.pointer, Int64(x.pixel), result.pointer, Int64(result.pixel), Int64(pixels),
            Int64(channels))
    }
}
