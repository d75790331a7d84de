import TensorCore

/// The form of a model's images: a square for the network, with the image itself in its center.
public struct ImageShape: Codable, Sendable, Hashable {
    /// Side of the network's square, in pixels.
    public var size: Int
    /// 1 for gray, 3 for RGB; for networks that make alpha, 2 for gray with alpha, 4 for RGBA, premultiplied.
    public var channels: Int
    /// Extent of the image inside the square: 28 × 28 Fashion-MNIST images are trained with a border as 32 × 32.
    public var contentWidth: Int
    /// Rows of the image inside the square.
    public var contentHeight: Int

    /// - Parameter contentWidth: nil fills the square, as does a `contentHeight` of nil.
    package init(size: Int, channels: Int, contentWidth: Int? = nil, contentHeight: Int? = nil) {
        self.size = size
        self.channels = channels
        self.contentWidth = contentWidth ?? size
        self.contentHeight = contentHeight ?? size
    }

    /// The images themselves, cropped from the network's squares `[N, C, size, size]`.
    package func content(of images: Tensor) -> Tensor {
        images
            .slice(axis: 2, from: (images.shape[2] - contentHeight) / 2, count: contentHeight)
            .slice(axis: 3, from: (images.shape[3] - contentWidth) / 2, count: contentWidth)
    }

    /// The network's squares around images `[N, C, contentHeight, contentWidth]`, with the black border (−1) that the
    /// batches of a training have.
    package func bordered(_ content: Tensor) -> Tensor {
        let (above, left) = ((size - contentHeight) / 2, (size - contentWidth) / 2)
        func framed(_ x: Tensor) -> Tensor {
            x.padded(top: above, bottom: size - contentHeight - above, left: left, right: size - contentWidth - left)
        }
        return framed(content) + (framed(.ones([1, 1, contentHeight, contentWidth])) - 1)
    }
}

extension ImageShape {
    /// Refuses impossible forms of images.
    ///
    /// - Parameters:
    ///   - sizes: the sides that the network's square may have.
    ///   - powersOfTwo: whether they must be powers of two.
    package func check(sizes: ClosedRange<Int>, powersOfTwo: Bool) throws(ParameterError) {
        try ParameterError.check("image.size", size, in: sizes)
        if powersOfTwo && size.nonzeroBitCount != 1 {
            throw ParameterError("image.size is \(size), it must be a power of two")
        }
        guard channels == 1 || channels == 3 else {
            throw ParameterError("image.channels is \(channels), it must be 1 or 3")
        }
        try ParameterError.check("image.contentWidth", contentWidth, in: 1...size)
        try ParameterError.check("image.contentHeight", contentHeight, in: 1...size)
    }
}
