import Foundation
import TensorCore

/// Differentiable random changes of both real and generated images, so that the discriminator cannot memorize a small
/// dataset (Zhao et al. 2020, "Differentiable augmentation for data-efficient GAN training").
public enum DifferentiableAugmentation: String, Codable, Sendable, CaseIterable {
    /// Brightness by ±0.5, saturation by 0–2, contrast by 0.5–1.5.
    case color
    /// A shift by up to an eighth of the side, filled with gray.
    case translation
    /// A gray square of half the side.
    case cutout

    /// - Parameter images: `[N, C, H, W]` in [−1, 1].
    package func callAsFunction(_ images: Tensor, _ random: Random) -> Tensor {
        switch self {
        case .color: return recolored(images, random)
        case .translation: return Self.translation(images, reach: (images.shape[2] + 4) / 8, random)
        case .cutout: return cut(images, random)
        }
    }

    /// Changes each image with a probability, and leaves the others as they are.
    func callAsFunction(_ images: Tensor, _ random: Random, probability: Double) -> Tensor {
        guard probability > 0 else { return images }
        let chosen = Tensor(Float(probability)) .> random.uniform([images.shape[0], 1, 1, 1])
        return Tensor.select(chosen, self(images, random), images)
    }

    private func recolored(_ x: Tensor, _ random: Random) -> Tensor {
        let each: Shape = [x.shape[0], 1, 1, 1]
        var y = x + random.uniform(each, in: -0.5..<0.5)
        if x.shape[1] > 1 {
            let gray = y.mean(axes: [1], keepingAxes: true)
            y = (y - gray) * random.uniform(each, in: 0..<2) + gray
        }
        let mean = y.mean(axes: [1, 2, 3], keepingAxes: true)
        return (y - mean) * random.uniform(each, in: 0.5..<1.5) + mean
    }

    /// Shifts every image by its own amount, up to `reach` pixels in each direction, filled with gray (0).
    package static func translation(_ x: Tensor, reach: Int, _ random: Random) -> Tensor {
        let (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        let down = random.integers(n, in: -reach..<(reach + 1))
        let right = random.integers(n, in: -reach..<(reach + 1))
        // Pixels are rows of a table with one gray row at its end, which serves all positions outside the image.
        let outside = n * h * w
        var rows = [Int](repeating: outside, count: outside)
        for image in 0..<n {
            for y in max(0, down[image])..<min(h, h + down[image]) {
                for column in max(0, right[image])..<min(w, w + right[image]) {
                    rows[(image * h + y) * w + column] =
                        (image * h + y - down[image]) * w + column - right[image]
                }
            }
        }
        let pixels = x.permuted([0, 2, 3, 1]).reshaped(to: [outside, c])
        return Tensor.concatenated([pixels, .zeros([1, c])]).gatheringRows(rows)
            .reshaped(to: [n, h, w, c]).permuted([0, 3, 1, 2])
    }

    private func cut(_ x: Tensor, _ random: Random) -> Tensor {
        let (n, h, w) = (x.shape[0], x.shape[2], x.shape[3])
        let (sideY, sideX) = (h / 2, w / 2)
        let centerY = random.integers(n, in: 0..<(h + 1))
        let centerX = random.integers(n, in: 0..<(w + 1))
        let mask = Tensor(shape: [n, 1, h, w]) { buffer in
            buffer.update(repeating: 1)
            for image in 0..<n {
                let top = max(0, centerY[image] - sideY / 2), bottom = min(h, centerY[image] - sideY / 2 + sideY)
                let left = max(0, centerX[image] - sideX / 2), right = min(w, centerX[image] - sideX / 2 + sideX)
                for y in top..<max(top, bottom) {
                    for column in left..<max(left, right) { buffer[(image * h + y) * w + column] = 0 }
                }
            }
        }
        return x * mask
    }
}

extension [DifferentiableAugmentation] {
    func callAsFunction(_ images: Tensor, _ random: Random) -> Tensor {
        reduce(images) { $1($0, random) }
    }
}
