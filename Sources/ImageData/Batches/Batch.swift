import TensorCore

/// Images and their classes, ready for a step.
package struct Batch: Sendable {
    /// `[N, C, H, W]`, from −1 (black) to 1 (white).
    package let images: Tensor
    /// N classes; zeros when the dataset has no labels.
    package let labels: [Int]
    /// The index of each image in the dataset.
    package let indices: [Int]

    /// The number of images.
    package var count: Int { labels.count }

    /// Images `[N, C, H, W]` from −1 to 1 and their N classes.
    package init(images: Tensor, labels: [Int]) {
        self.images = images
        self.labels = labels
        indices = Array(labels.indices)
    }

    /// A batch of given images.
    package init(images: Tensor, labels: [Int], indices: [Int]) {
        precondition(
            images.rank == 4 && images.shape[0] == labels.count && labels.count == indices.count,
            "Batch: images \(images.shape), \(labels.count) labels, \(indices.count) indices")
        self.images = images
        self.labels = labels
        self.indices = indices
    }

    /// - Parameters:
    ///   - planes: the bytes of each image in planes.
    ///   - mirrored: which images are flipped left to right.
    init(planes: [[UInt8]], labels: [Int], indices: [Int], mirrored: [Bool], frame: ImageFrame) {
        self.labels = labels
        self.indices = indices
        let (width, length) = (frame.width, frame.byteCount)
        images = Tensor(shape: [planes.count, frame.channels, frame.height, width]) { buffer in
            for (number, image) in planes.enumerated() {
                let start = number * length
                image.withUnsafeBufferPointer { bytes in
                    if !mirrored[number] {
                        for i in 0..<length { buffer[start + i] = Float(bytes[i]) / 127.5 - 1 }
                        return
                    }
                    for row in stride(from: 0, to: length, by: width) {
                        for x in 0..<width {
                            buffer[start + row + x] = Float(bytes[row + width - 1 - x]) / 127.5 - 1
                        }
                    }
                }
            }
        }
    }
}
