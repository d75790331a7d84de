import CKernels

/// Rows of a picture `[N, C, H, W]` that others have around them.
package struct RowStrip: Sendable {
    package let picture: Tensor
    package let range: Range<Int>

    package init(_ picture: Tensor, _ range: Range<Int>) { (self.picture, self.range) = (picture, range) }

    package var count: Int { range.count }
}

extension Kernels {
    /// Strips of one width below each other in a picture of some height; above and below them are zeros.
    ///
    /// - Parameter first: the row that the first strip begins in.
    package static func stacked(_ strips: [RowStrip], from first: Int, height: Int) -> Tensor {
        let layout = strips[0].picture.layout
        let shape = strips[0].picture.shape.replacing(2, with: height)
        let storage = Storage(count: shape.count, layout: layout)
        let (outer, inner) = layout == .plain ? (shape[0] * shape[1], shape[3]) : (shape[0], shape[1] * shape[3])
        let count = strips.reduce(0) { $0 + $1.count }
        for picture in 0..<outer {
            let target = storage.pointer + picture * height * inner
            ck_fill(target, Int64(first * inner), 0)
            var row = first
            for strip in strips {
                let source = arranged(strip.picture, layout)
                withExtendedLifetime(source.storage) {
                    ck_copy_strided(
                        1, [Int64(strip.count * inner)],
                        source.storage.pointer + (picture * source.shape[2] + strip.range.lowerBound) * inner, [1],
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
