import ImageFiles
import TensorCore

/// Inputs and targets, ready for a step.
package struct PairBatch: Sendable {
    /// `[N, input channels, H, W]`, from −1 (black) to 1 (white).
    package let inputs: Tensor
    /// `[N, target channels, H, W]`, from −1 to 1.
    package let targets: Tensor
    /// The index of each pair in the dataset.
    package let indices: [Int]

    /// A batch of given pairs.
    package init(inputs: Tensor, targets: Tensor, indices: [Int]) {
        precondition(
            inputs.shape[0] == indices.count && targets.shape[0] == indices.count,
            "PairBatch: inputs \(inputs.shape), targets \(targets.shape), \(indices.count) indices")
        self.inputs = inputs
        self.targets = targets
        self.indices = indices
    }

    /// - Parameters:
    ///   - pairs: eight-bit images, all inputs of one form and all targets of one form.
    ///   - mirrored: which pairs are flipped left to right.
    init(_ pairs: [(input: Image, target: Image)], indices: [Int], mirrored: [Bool]) {
        self.init(
            inputs: tensor(of: pairs.map(\.input), mirrored), targets: tensor(of: pairs.map(\.target), mirrored),
            indices: indices)
    }
}

/// Eight-bit images of one form as a tensor. Runs on one thread, because batches are prepared during a step.
func tensor(of images: [Image], _ mirrored: [Bool]) -> Tensor {
    let (width, height, channels) = (images[0].width, images[0].height, images[0].channels)
    let area = width * height
    return Tensor(shape: [images.count, channels, height, width]) { buffer in
        for (number, image) in images.enumerated() {
            guard case .bits8(let samples) = image.samples else { continue }
            samples.withUnsafeBufferPointer { samples in
                for y in 0..<height {
                    for x in 0..<width {
                        let from = (y * width + (mirrored[number] ? width - 1 - x : x)) * channels
                        let to = number * channels * area + y * width + x
                        for channel in 0..<channels {
                            buffer[to + channel * area] = Float(samples[from + channel]) / 127.5 - 1
                        }
                    }
                }
            }
        }
    }
}
