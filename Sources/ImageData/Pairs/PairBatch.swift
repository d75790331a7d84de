import ImageFiles
import TensorCore

/// Inputs and targets, ready for a step.
package struct PairBatch: Sendable {
    /// `[N, planes, H, W]`: drawings from −1 (black) to 1 (white), then hints, classes and noise if the translator takes
    /// them.
    package let inputs: Tensor
    /// `[N, target channels, H, W]`, from −1 to 1.
    package let targets: Tensor
    /// The index of each pair in the dataset.
    package let indices: [Int]
    /// Channels of a drawing, which come first among the planes of an input.
    package let drawingChannels: Int
    /// The regions of each drawing, before any random change; empty if they were not asked for.
    package var regions: [DrawingRegions] = []

    /// A batch of given pairs.
    ///
    /// - Parameter drawingChannels: channels of a drawing; nil for all of an input.
    package init(inputs: Tensor, targets: Tensor, indices: [Int], drawingChannels: Int? = nil) {
        precondition(
            inputs.shape[0] == indices.count && targets.shape[0] == indices.count,
            "PairBatch: inputs \(inputs.shape), targets \(targets.shape), \(indices.count) indices")
        self.inputs = inputs
        self.targets = targets
        self.indices = indices
        self.drawingChannels = drawingChannels ?? inputs.shape[1]
    }

    /// - Parameters:
    ///   - pairs: eight-bit images, all inputs of one form and all targets of one form.
    ///   - mirrored: which pairs are flipped left to right.
    ///   - planes: what inputs consist of.
    init(_ pairs: [LoadedPair], indices: [Int], mirrored: [Bool], planes: InputPlanes) {
        let drawings = tensor(of: pairs.map(\.input), mirrored)
        let hints = pairs.compactMap(\.hints)
        self.init(
            inputs: planes.joined(
                drawings, hints: hints.count == pairs.count ? tensor(of: hints, mirrored) : nil,
                labels: pairs.map(\.label), noise: pairs.map(\.noise)),
            targets: tensor(of: pairs.map(\.target), mirrored), indices: indices, drawingChannels: drawings.shape[1])
        regions = zip(pairs, mirrored).compactMap { pair, isMirrored in
            pair.outlines.map { DrawingRegions(of: isMirrored ? $0.flippedHorizontally() : $0) }
        }
    }

    /// The drawings `[N, channels, H, W]`, without hints, classes and noise.
    package var drawings: Tensor { inputs.slice(axis: 1, from: 0, count: drawingChannels) }
}

/// The images of a pair, ready for a batch.
struct LoadedPair {
    let input: Image
    let target: Image
    /// RGBA; nil for a translator without hints.
    var hints: Image?
    var label: Int?
    /// Where the noise of a translator that takes it is drawn from.
    let noise: Random
    /// The drawing without random changes; nil if its regions are not asked for.
    var outlines: Image?
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
