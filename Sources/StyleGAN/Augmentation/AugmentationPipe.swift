import Foundation
import TensorCore

/// The augmentations of a discriminator's images, each with the same probability, differentiable in the images
/// (Karras et al. 2020, “Training generative adversarial networks with limited data”, appendix B).
package struct AugmentationPipe: Sendable {
    private let kinds: Set<AugmentationKind>
    private let probability: Double

    /// - Parameter probability: of each augmentation, for each image.
    package init(_ kinds: Set<AugmentationKind>, probability: Double) {
        (self.kinds, self.probability) = (kinds, probability)
    }

    /// Augmented images `[N, C, H, W]`; each has its own draws.
    package func callAsFunction(_ images: Tensor, _ random: Random) -> Tensor {
        let draw = Draw(count: images.shape[0], probability: probability, kinds, random)
        let moved = Warp.apply(draw.maps(height: images.shape[2], width: images.shape[3]), to: images)
        let colored = ColorMap.apply(draw.colors(hasColor: images.shape[1] >= 3), to: moved)
        let filtered = BandFilter.apply(draw.gains(), to: colored)
        return cut(noisy(filtered, draw), draw)
    }

    private func noisy(_ images: Tensor, _ draw: Draw) -> Tensor {
        guard let deviations = draw.noise() else { return images }
        return images + draw.random.normal(images.shape) * deviations
    }

    private func cut(_ images: Tensor, _ draw: Draw) -> Tensor {
        guard let cut = draw.cutouts() else { return images }
        let (n, h, w) = (images.shape[0], images.shape[2], images.shape[3])
        let mask = Tensor(shape: [n, 1, h, w]) { buffer in
            for image in 0..<n {
                let (isCut, x, y) = cut[image]
                for row in 0..<h {
                    let isInRows = isCut && abs((Double(row) + 0.5) / Double(h) - y) < 0.25
                    for column in 0..<w {
                        let isInside = isInRows && abs((Double(column) + 0.5) / Double(w) - x) < 0.25
                        buffer[(image * h + row) * w + column] = isInside ? 0 : 1
                    }
                }
            }
        }
        return images * mask
    }
}

/// The random numbers of one pass over a batch.
private struct Draw {
    let count: Int
    let probability: Double
    let kinds: Set<AugmentationKind>
    let random: Random

    init(count: Int, probability: Double, _ kinds: Set<AugmentationKind>, _ random: Random) {
        (self.count, self.probability, self.kinds, self.random) = (count, probability, kinds, random)
    }

    private func uniform() -> [Double] { random.uniform([count]).values.map { Double($0) } }
    private func normal() -> [Double] { random.normal([count]).values.map { Double($0) } }

    /// Which images an augmentation changes; nil if it is not among the kinds.
    private func chosen(_ kind: AugmentationKind, _ probability: Double? = nil) -> [Bool]? {
        guard kinds.contains(kind) else { return nil }
        let limit = probability ?? self.probability
        return uniform().map { $0 < limit }
    }

    /// The map from each pixel to the point that it shows, in pixels from the center.
    func maps(height: Int, width: Int) -> [PlaneMap] {
        var maps = [PlaneMap](repeating: .identity, count: count)
        func apply(_ chosen: [Bool]?, _ values: () -> [Double], _ map: (Double, Int) -> PlaneMap) {
            guard let chosen else { return }
            let values = values()
            for image in 0..<count where chosen[image] { maps[image] = maps[image] * map(values[image], image) }
        }
        apply(chosen(.flip), uniform) { value, _ in value < 0.5 ? .identity : .scaling(-1, 1) }
        apply(chosen(.quarterTurns), uniform) { value, _ in
            value < 0.25 ? .identity : .rotation(.pi / 2 * (value * 4).rounded(.down))
        }
        let down = kinds.contains(.shift) ? uniform() : []
        apply(chosen(.shift), uniform) { value, image in
            func pixels(_ value: Double, _ length: Int) -> Double {
                ((2 * value - 1) / 8 * Double(length)).rounded(.toNearestOrEven)
            }
            return .translation(-pixels(value, width), -pixels(down[image], height))
        }
        apply(chosen(.scale), normal) { value, _ in
            let factor = exp2(-0.2 * value)
            return .scaling(factor, factor)
        }
        // Rotations happen before and after stretching: with this chance each, one of them happens with the probability.
        let half = 1 - max(1 - min(probability, 1), 0).squareRoot()
        func angle(_ value: Double, _ image: Int) -> PlaneMap { .rotation((2 * value - 1) * .pi) }
        apply(chosen(.rotation, half), uniform, angle)
        apply(chosen(.stretch), normal) { value, _ in .scaling(exp2(-0.2 * value), exp2(0.2 * value)) }
        apply(chosen(.rotation, half), uniform, angle)
        let drops = kinds.contains(.fractionalShift) ? normal() : []
        apply(chosen(.fractionalShift), normal) { value, image in
            .translation(-value / 8 * Double(width), -drops[image] / 8 * Double(height))
        }
        return maps
    }

    func colors(hasColor: Bool) -> [ColorMap] {
        var maps = [ColorMap](repeating: .identity, count: count)
        func apply(_ kind: AugmentationKind, _ values: () -> [Double], _ map: (Double) -> ColorMap) {
            guard let chosen = chosen(kind) else { return }
            let values = values()
            for image in 0..<count where chosen[image] { maps[image] = map(values[image]) * maps[image] }
        }
        apply(.brightness, normal) { .adding(0.2 * $0) }
        apply(.contrast, normal) { .multiplying(by: exp2(0.5 * $0)) }
        apply(.lumaFlip, uniform) { $0 < 0.5 ? .identity : .axis(gray: -1, color: 1) }
        guard hasColor else { return maps }
        apply(.hue, uniform) { .hue((2 * $0 - 1) * .pi) }
        apply(.saturation, normal) { .axis(gray: 1, color: exp2($0)) }
        return maps
    }

    /// The gain of each band of frequencies.
    func gains() -> [[Double]] {
        var gains = [[Double]](repeating: [1, 1, 1, 1], count: count)
        for band in 0..<4 {
            guard let chosen = chosen(.filter) else { return gains }
            let values = normal()
            for image in 0..<count where chosen[image] {
                // The other bands make up for the power.
                var gain = [1.0, 1, 1, 1]
                gain[band] = exp2(values[image])
                let power = zip(BandFilter.expectedPower, gain).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
                for index in 0..<4 { gains[image][index] *= gain[index] / power.squareRoot() }
            }
        }
        return gains
    }

    /// The deviation of the noise of each image, `[N, 1, 1, 1]`.
    func noise() -> Tensor? {
        guard let chosen = chosen(.noise) else { return nil }
        let values = normal()
        return Tensor(
            (0..<count).map { chosen[$0] ? Float(abs(values[$0]) * 0.1) : 0 }, shape: [count, 1, 1, 1])
    }

    /// The center of each image's gray square, as parts of the sides.
    func cutouts() -> [(isCut: Bool, x: Double, y: Double)]? {
        guard let chosen = chosen(.cutout) else { return nil }
        let (x, y) = (uniform(), uniform())
        return (0..<count).map { (chosen[$0], x[$0], y[$0]) }
    }
}
