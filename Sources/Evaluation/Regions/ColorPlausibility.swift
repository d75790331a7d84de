import Foundation
import ImageData
import ImageFiles

/// How well a translator colors the regions that the lines of a drawing enclose.
public struct RegionFigures: Codable, Sendable, Hashable {
    /// The share of pixels whose color is plausible: at most ΔE 20 (CIEDE2000) from a color that one of the similar
    /// training targets has there.
    public let plausible: Double
    /// The standard deviation of levels, from 0 to 255, within a region: the mean over all regions, weighted by pixels.
    public let deviation: Double
    /// The same of the targets.
    public let targetDeviation: Double
}

/// Measures the colors of enclosed regions, drawing by drawing.
package struct ColorPlausibility {
    /// How many of the most similar training pairs say which colors are plausible.
    package static let neighborCount = 20
    /// The largest color difference from a plausible color.
    package static let tolerance = 20.0

    private var (plausible, counted) = (0, 0)
    private var (deviations, targetDeviations) = (0.0, 0.0)

    /// Nothing yet.
    package init() {}

    /// Adds a translation.
    ///
    /// - Parameters:
    ///   - image: the translation.
    ///   - target: the target of the pair.
    ///   - regions: those of the drawing; only enclosed ones count.
    ///   - candidates: the targets of similar training pairs. All images have the same size.
    package mutating func add(_ image: Image, target: Image, regions: DrawingRegions, candidates: [Image]) {
        let (own, others) = (Levels(image), candidates.map { Levels($0) })
        // Flat areas have few pairs of colors.
        var known: [ColorPair: Bool] = [:]
        for (pixel, label) in zip(regions.pixels, regions.labels) where !regions.reachesBorder[label] {
            counted += 1
            let color = own.color(pixel)
            let isPlausible = others.contains { other in
                let pair = ColorPair(a: color, b: other.color(pixel))
                if let isNear = known[pair] { return isNear }
                let isNear = pair.difference <= Self.tolerance
                known[pair] = isNear
                return isNear
            }
            if isPlausible { plausible += 1 }
        }
        deviations += own.deviation(within: regions)
        targetDeviations += Levels(target).deviation(within: regions)
    }

    /// The figures; nil if no drawing encloses anything.
    package var figures: RegionFigures? {
        guard counted > 0 else { return nil }
        let count = Double(counted)
        return RegionFigures(
            plausible: Double(plausible) / count, deviation: deviations / count,
            targetDeviation: targetDeviations / count)
    }
}

/// Two colors in RGB.
private struct ColorPair: Hashable {
    let a: SIMD4<UInt8>, b: SIMD4<UInt8>

    var difference: Double {
        func lab(_ color: SIMD4<UInt8>) -> CIELab { CIELab(red: color.x, green: color.y, blue: color.z) }
        return lab(a).difference(from: lab(b))
    }
}

/// An image in eight bits of RGB.
private struct Levels {
    private let samples: [UInt8]

    init(_ image: Image) {
        guard case .bits8(let samples) = image.converted(channels: 3).converted8().samples else {
            samples = []
            return
        }
        self.samples = samples
    }

    func color(_ pixel: Int) -> SIMD4<UInt8> {
        SIMD4(samples[3 * pixel], samples[3 * pixel + 1], samples[3 * pixel + 2], 255)
    }

    /// The standard deviation of levels within each enclosed region times its pixels, summed: the root of the mean
    /// variance of the three channels.
    func deviation(within regions: DrawingRegions) -> Double {
        var sums = [SIMD4<Double>](repeating: .zero, count: regions.count)
        var squares = sums
        for (pixel, label) in zip(regions.pixels, regions.labels) {
            let levels = SIMD4<Double>(color(pixel))
            sums[label] += levels
            squares[label] += levels * levels
        }
        return sums.indices.reduce(0) { total, label in
            guard !regions.reachesBorder[label] else { return total }
            let count = Double(regions.sizes[label])
            let mean = sums[label] / count
            let variance = squares[label] / count - mean * mean
            return total + count * (max(variance.x + variance.y + variance.z, 0) / 3).squareRoot()
        }
    }
}
