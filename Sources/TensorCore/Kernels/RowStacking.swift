import CKernels

/// Rows of an image `[N, C, H, W]` that others have around them.
package struct RowStrip: Sendable {
    package let image: Tensor
    package let range: Range<Int>

    package init(_ image: Tensor, _ range: Range<Int>) { (self.image, self.range) = (image, range) }

    package var count: Int { range.count }
}

extension Kernels {
    /// Strips of one width below each other in an image of some height; above and below them are zeros.
    ///
    /// - Parameter first: the row that the first strip begins in.
    package static func stacked(_ strips: [RowStrip], from first: Int, height: Int) -> Tensor {
        let layout = strips[0].image.layout
        let shape = strips[0].image.shape.replacing(2, with: height)
        let storage = Storage(count: shape.count, layout: layout)
        let (outer, inner) = layout == .plain ? (shape[0] * shape[1], shape[3]) : (shape[0], shape[1] * shape[3])
        let count = strips.reduce(0) { $0 + $1.count }
        for image in 0..<outer {
            let target = storage.pointer + image * height * inner
            ck_fill(target, Int64(first * inner), 0)
            var row = first
            for strip in strips {
                let source = arranged(strip.image, layout)
                withExtendedLifetime(source.storage) {
                    ck_copy_strided(
                        1, [Int64(strip.count * inner)],
                        source.storage.pointer + (image * source.shape[2] + strip.range.lowerBound) * inner, [1],
                        target + row * inner)
                }
                row += strip.count
            }
            ck_fill(target + row * inner, Int64((height - first - count) * inner), 0)
        }
        return Tensor(shape: shape, storage: storage)
    }

    /// x · scale + y, of one shape.
    package static func sum(_ x: Tensor, scaledBy scale: Float, _ y: Tensor) -> Tensor {
        let y = arranged(y, x.layout)
        let result = Storage(count: x.count, layout: x.layout)
        let channels = x.shape[1]
        withExtendedLifetime((x.storage, y.storage)) {
            let added = ConvolutionEpilogue.Addend(values: y.storage.pointer, pixel: channels, scale: 1)
            applyEpilogue(
                ConvolutionEpilogue(scale: scale, added: [added]), PixelArray(x.storage.pointer, pixel: channels),
                pixels: x.count / channels, channels: channels, to: PixelArray(result.pointer, pixel: channels))
        }
        return Tensor(shape: x.shape, storage: result)
    }
}
