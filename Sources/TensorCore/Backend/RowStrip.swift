/// A strip of rows of an image `[N, C, H, W]`.
package struct RowStrip: Sendable {
    package let image: Tensor
    package let range: Range<Int>

    package init(_ image: Tensor, _ range: Range<Int>) { (self.image, self.range) = (image, range) }

    package var count: Int { range.count }

    /// Stacks strips of one width in an image of some height, with zeros above and below.
    ///
    /// - Parameter first: the row where the first strip begins.
    package static func stacked(_ strips: [RowStrip], from first: Int, height: Int) -> Tensor {
        Tensor.backend(strips.map(\.image)).stack(strips, from: first, height: height)
    }
}
