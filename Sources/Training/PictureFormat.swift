import TensorCore

/// The pictures a model works on: square for the network, with the picture proper in the middle.
public struct PictureFormat: Codable, Sendable, Hashable {
    /// Side of the network's square, in pixels.
    public var size: Int
    /// 1 for grey, 3 for RGB.
    public var channels: Int
    /// Extent of the picture inside the square: 28 × 28 Fashion-MNIST pictures are trained with a border as 32 × 32.
    public var contentWidth: Int
    /// Rows of the picture inside the square.
    public var contentHeight: Int

    /// - Parameter contentWidth: nil fills the square, as does a `contentHeight` of nil.
    public init(size: Int, channels: Int, contentWidth: Int? = nil, contentHeight: Int? = nil) {
        self.size = size
        self.channels = channels
        self.contentWidth = contentWidth ?? size
        self.contentHeight = contentHeight ?? size
    }

    /// The pictures proper, cut out of the network's squares `[N, C, size, size]`.
    public func content(of pictures: Tensor) -> Tensor {
        pictures
            .slice(axis: 2, from: (pictures.shape[2] - contentHeight) / 2, count: contentHeight)
            .slice(axis: 3, from: (pictures.shape[3] - contentWidth) / 2, count: contentWidth)
    }

    /// The network's squares around pictures `[N, C, contentHeight, contentWidth]`, with the black border (−1) that the
    /// batches of a training have.
    public func bordered(_ content: Tensor) -> Tensor {
        let (above, left) = ((size - contentHeight) / 2, (size - contentWidth) / 2)
        func framed(_ x: Tensor) -> Tensor {
            x.padded(top: above, bottom: size - contentHeight - above, left: left, right: size - contentWidth - left)
        }
        return framed(content) + (framed(.ones([1, 1, contentHeight, contentWidth])) - 1)
    }
}
