/// Rows of an image `[N, C, H, W]` that others have around them.
package struct RowStrip: Sendable {
    package let image: Tensor
    package let range: Range<Int>

    package init(_ image: Tensor, _ range: Range<Int>) { (self.image, self.range) = (image, range) }

    package var count: Int { range.count }

    /// Strips of one width below each other in an image of some height; above and below them are zeros.
    ///
    /// - Parameter first: the row that the first strip begins in.
    package static func stacked(_ strips: [RowStrip], from first: Int, height: Int) -> Tensor {
        Tensor.backend(strips.map(\.image)).stack(strips, from: first, height: height)
    }
}
