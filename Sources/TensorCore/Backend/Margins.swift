/// Rows and columns around images that repeat.
package struct Margins: Sendable, Hashable {
    package var top = 0
    package var bottom = 0
    package var left = 0
    package var right = 0

    package init(top: Int, bottom: Int, left: Int, right: Int) {
        (self.top, self.bottom, self.left, self.right) = (top, bottom, left, right)
    }

    /// The rows of an image of a height, with the margins.
    package func rows(height: Int) -> AxisMap {
        AxisMap(inputLength: height, taking: Wrapping.positions(-top..<height + bottom, length: height))
    }

    /// The columns of an image of a width, with the margins.
    package func columns(width: Int) -> AxisMap {
        AxisMap(inputLength: width, taking: Wrapping.positions(-left..<width + right, length: width))
    }

    /// The shape of images `[N, C, H, W]` with the margins.
    package func shape(around images: Shape) -> Shape {
        [images[0], images[1], top + images[2] + bottom, left + images[3] + right]
    }
}

extension Backend {
    /// One axis after the other.
    package func repeated(_ x: Tensor, _ margins: Margins) -> Tensor {
        let tall =
            margins.top + margins.bottom == 0 ? x : apply(margins.rows(height: x.shape[2]), to: x, axis: 2)
        return margins.left + margins.right == 0
            ? tall : apply(margins.columns(width: x.shape[3]), to: tall, axis: 3)
    }
}
