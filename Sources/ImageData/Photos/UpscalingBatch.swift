import TensorCore

/// Small images and their large targets, ready for a step.
package struct UpscalingBatch: Sendable {
    /// `[N, C, H, W]`, from 0 (black) to 1 (white).
    package let small: Tensor
    /// `[N, C, H · scale, W · scale]`, from 0 to 1.
    package let large: Tensor

    /// A batch of given images.
    package init(small: Tensor, large: Tensor) {
        precondition(
            small.shape[0] == large.shape[0] && small.shape[1] == large.shape[1],
            "UpscalingBatch: \(small.shape) and \(large.shape)")
        self.small = small
        self.large = large
    }

    /// Squares of one size.
    init(_ pairs: [(small: PlanarImage, large: PlanarImage)], _ symmetries: [Symmetry]) {
        self.init(
            small: tensor(of: pairs.map(\.small), symmetries), large: tensor(of: pairs.map(\.large), symmetries))
    }

    /// One image of any size.
    init(small: PlanarImage, large: PlanarImage) {
        func tensor(_ image: PlanarImage) -> Tensor {
            Tensor(image.values, shape: [1, image.channels, image.height, image.width])
        }
        self.init(small: tensor(small), large: tensor(large))
    }
}

/// One of the eight symmetries of a square: flips left to right, top to bottom, and over the diagonal.
struct Symmetry: Sendable, Equatable {
    /// 0 ..< 8.
    let number: Int

    static let identity = Symmetry(number: 0)

    /// Where the value at a place of the result comes from.
    func source(x: Int, y: Int, side: Int) -> (x: Int, y: Int) {
        var (x, y) = number & 4 == 0 ? (x, y) : (y, x)
        if number & 1 != 0 { x = side - 1 - x }
        if number & 2 != 0 { y = side - 1 - y }
        return (x, y)
    }
}

/// Runs on one thread, because batches are prepared during a step.
private func tensor(of images: [PlanarImage], _ symmetries: [Symmetry]) -> Tensor {
    let (side, channels) = (images[0].width, images[0].channels)
    return Tensor(shape: [images.count, channels, side, side]) { buffer in
        for (number, image) in images.enumerated() {
            image.values.withUnsafeBufferPointer { values in
                for y in 0..<side {
                    for x in 0..<side {
                        let from = symmetries[number].source(x: x, y: y, side: side)
                        for channel in 0..<channels {
                            buffer[((number * channels + channel) * side + y) * side + x] =
                                values[(channel * side + from.y) * side + from.x]
                        }
                    }
                }
            }
        }
    }
}
