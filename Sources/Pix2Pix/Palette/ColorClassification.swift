import Glibc
import ImageData
import TensorCore

/// The loss of a generator with a palette (Zhang, Isola & Efros 2016): the cross-entropy of the scores of colors with
/// the colors of the target, in which rare colors count more.
///
/// A target's color is spread over the five nearest of the palette by a Gaussian of half their usual distance. With the
/// share p of a color, its weight is in proportion to 1 / ((1 − λ) p + λ / count), λ = ½, and 1 on average.
struct ColorClassification {
    private let colors: [CIELab]
    /// By color.
    let weights: [Float]
    private let variance: Float

    private static let neighborCount = 5
    private static let evenShare = 0.5

    /// - Parameters:
    ///   - palette: the colors.
    ///   - shares: the share of pixels that each color is nearest to.
    init(_ palette: [PaletteColor], shares: [Double]) {
        let colors = palette.map(\.lab)
        self.colors = colors
        let count = Double(palette.count)
        let raw = shares.map { 1 / ((1 - Self.evenShare) * $0 + Self.evenShare / count) }
        let mean = zip(raw, shares).reduce(0) { $0 + $1.0 * $1.1 }
        weights = raw.map { Float($0 / max(mean, 1e-12)) }
        let nearest = colors.indices.map { own in
            colors.indices.filter { $0 != own }.map { colors[own].squaredDistance(to: colors[$0]).squareRoot() }.min()
                ?? 1
        }
        let deviation = max(nearest.reduce(0, +) / Float(max(nearest.count, 1)) / 2, 1e-3)
        variance = deviation * deviation
    }

    /// The mean over all pixels.
    ///
    /// - Parameters:
    ///   - scores: `[N, H, W, colors]`.
    ///   - images: the targets, `[N, 3, H, W]` from −1 to 1.
    func loss(_ scores: Tensor, _ images: Tensor) -> Tensor {
        let pixels = images.shape[0] * images.shape[2] * images.shape[3]
        return (scores.logSoftmax() * targets(images)).sum().scaled(by: -1 / Float(pixels))
    }

    /// The weighted shares of colors, `[N, H, W, colors]`; those of a pixel add up to the weight of its nearest color.
    func targets(_ images: Tensor) -> Tensor {
        let (count, height, width, area) = (
            images.shape[0], images.shape[2], images.shape[3], images.shape[2] * images.shape[3]
        )
        return images.detached.withValues { values in
            Tensor(shape: [count, height, width, colors.count]) { buffer in
                buffer.update(repeating: 0)
                // Neighboring pixels of flat areas have the same color.
                var (last, spread) = ([UInt8](), [(color: Int, share: Float)]())
                for number in 0..<count {
                    for pixel in 0..<area {
                        let levels = (0..<3).map { channel in
                            let value = values[(number * 3 + channel) * area + pixel]
                            return UInt8(min(max((value + 1) * 127.5, 0), 255).rounded())
                        }
                        if levels != last { (last, spread) = (levels, self.spread(levels)) }
                        let start = (number * area + pixel) * colors.count
                        for (color, share) in spread { buffer[start + color] = share }
                    }
                }
            }
        }
    }

    private func spread(_ levels: [UInt8]) -> [(color: Int, share: Float)] {
        let own = CIELab(red: levels[0], green: levels[1], blue: levels[2])
        let distances = colors.enumerated().map { (color: $0.offset, square: $0.element.squaredDistance(to: own)) }
            .sorted { ($0.square, $0.color) < ($1.square, $1.color) }.prefix(Self.neighborCount)
        guard let nearest = distances.first else { return [] }
        let parts = distances.map { ($0.color, expf((nearest.square - $0.square) / (2 * variance))) }
        let scale = weights[nearest.color] / parts.reduce(0) { $0 + $1.1 }
        return parts.map { ($0.0, $0.1 * scale) }
    }
}
