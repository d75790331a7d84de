import TensorCore

/// Pictures and their classes, ready for a step.
public struct Batch: Sendable {
    /// `[N, C, H, W]`, from −1 (black) to 1 (white).
    public let pictures: Tensor
    /// N classes; zeros when the data set has no labels.
    public let labels: [Int]
    /// Where in the data set each picture comes from.
    public let indices: [Int]

    /// The number of pictures.
    public var count: Int { labels.count }

    /// Pictures `[N, C, H, W]` from −1 to 1 and their N classes.
    public init(pictures: Tensor, labels: [Int]) {
        self.pictures = pictures
        self.labels = labels
        indices = Array(labels.indices)
    }

    /// A batch of pictures that are at hand.
    public init(pictures: Tensor, labels: [Int], indices: [Int]) {
        precondition(
            pictures.rank == 4 && pictures.shape[0] == labels.count && labels.count == indices.count,
            "Batch: pictures \(pictures.shape), \(labels.count) labels, \(indices.count) indices")
        self.pictures = pictures
        self.labels = labels
        self.indices = indices
    }

    /// - Parameters:
    ///   - planes: the bytes of each picture in planes.
    ///   - mirrored: which pictures are flipped left to right.
    init(planes: [[UInt8]], labels: [Int], indices: [Int], mirrored: [Bool], frame: PictureFrame) {
        self.labels = labels
        self.indices = indices
        let (width, length) = (frame.width, frame.byteCount)
        pictures = Tensor(shape: [planes.count, frame.channels, frame.height, width]) { buffer in
            for (number, picture) in planes.enumerated() {
                let start = number * length
                picture.withUnsafeBufferPointer { bytes in
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
