import Foundation
import TensorCore

/// Random changes through which gradients flow, applied to real and generated pictures alike so that a small data set
/// cannot be learnt by heart (Zhao et al. 2020, "Differentiable augmentation for data-efficient GAN training").
public enum DifferentiableAugmentation: String, Codable, Sendable, CaseIterable {
    /// Brightness by ±0.5, saturation by 0–2, contrast by 0.5–1.5.
    case color
    /// A shift by up to an eighth of the side; grey comes in.
    case translation
    /// A square of half the side made grey.
    case cutout

    /// - Parameter pictures: `[N, C, H, W]` in [−1, 1].
    public func callAsFunction(_ pictures: Tensor, _ random: Random) -> Tensor {
        switch self {
        case .color: return recolored(pictures, random)
        case .translation: return Self.translation(pictures, reach: (pictures.shape[2] + 4) / 8, random)
        case .cutout: return cut(pictures, random)
        }
    }

    private func recolored(_ x: Tensor, _ random: Random) -> Tensor {
        let each: Shape = [x.shape[0], 1, 1, 1]
        var y = x + random.uniform(each, in: -0.5..<0.5)
        if x.shape[1] > 1 {
            let grey = y.mean(axes: [1], keepingAxes: true)
            y = (y - grey) * random.uniform(each, in: 0..<2) + grey
        }
        let mean = y.mean(axes: [1, 2, 3], keepingAxes: true)
        return (y - mean) * random.uniform(each, in: 0.5..<1.5) + mean
    }

    /// Every picture shifted by its own amount, up to `reach` pixels both ways; grey (0) comes in.
    package static func translation(_ x: Tensor, reach: Int, _ random: Random) -> Tensor {
        let (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        let down = random.integers(n, in: -reach..<(reach + 1))
        let right = random.integers(n, in: -reach..<(reach + 1))
        // Pixels are rows of a table that ends in one grey row, where everything from outside the picture is read.
        let outside = n * h * w
        var rows = [Int](repeating: outside, count: outside)
        for picture in 0..<n {
            for y in max(0, down[picture])..<min(h, h + down[picture]) {
                for column in max(0, right[picture])..<min(w, w + right[picture]) {
                    rows[(picture * h + y) * w + column] =
                        (picture * h + y - down[picture]) * w + column - right[picture]
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
        let centreY = random.integers(n, in: 0..<(h + 1))
        let centreX = random.integers(n, in: 0..<(w + 1))
        let mask = Tensor(shape: [n, 1, h, w]) { buffer in
            buffer.update(repeating: 1)
            for picture in 0..<n {
                let top = max(0, centreY[picture] - sideY / 2), bottom = min(h, centreY[picture] - sideY / 2 + sideY)
                let left = max(0, centreX[picture] - sideX / 2), right = min(w, centreX[picture] - sideX / 2 + sideX)
                for y in top..<max(top, bottom) {
                    for column in left..<max(left, right) { buffer[(picture * h + y) * w + column] = 0 }
                }
            }
        }
        return x * mask
    }
}

extension [DifferentiableAugmentation] {
    func callAsFunction(_ pictures: Tensor, _ random: Random) -> Tensor {
        reduce(pictures) { $1($0, random) }
    }
}
