import ImageData
import ImageFiles

/// Finds the colors of a palette in images, and how often each is the nearest.
package struct PaletteFit {
    private var bins = ColorBins()

    /// Rounds of k-means.
    private static let rounds = 20

    /// Nothing yet.
    package init() {}

    /// Adds the colors of an image.
    package mutating func learn(_ image: Image) {
        guard case .bits8(let samples) = image.converted(channels: 3).converted8().samples else { return }
        for start in stride(from: 0, to: samples.count, by: 3) {
            bins.add(samples[start], samples[start + 1], samples[start + 2])
        }
    }

    /// The colors that stand for all others best, the most frequent first, with the share of pixels that each is nearest
    /// to. K-means in CIELAB; a color counts by the root of its frequency, so that rare ones have a chance, and each
    /// group is represented by its most frequent color, so that flat areas keep theirs.
    ///
    /// - Parameter count: the most colors.
    package func palette(_ count: Int) -> [(color: PaletteColor, share: Double)] {
        let entries = bins.sorted
        guard !entries.isEmpty else { return [] }
        let colors = entries.map(Self.color)
        let points = colors.map(\.lab)
        let weights = entries.map { Float($0.count).squareRoot() }
        var centers = Self.start(points, weights, min(count, points.count))
        for _ in 0..<Self.rounds {
            let groups = Self.nearest(points, centers)
            for center in centers.indices {
                var (sum, mean) = (Float(0), CIELab(l: 0, a: 0, b: 0))
                for point in points.indices where groups[point] == center {
                    sum += weights[point]
                    mean.l += weights[point] * points[point].l
                    mean.a += weights[point] * points[point].a
                    mean.b += weights[point] * points[point].b
                }
                if sum > 0 { centers[center] = CIELab(l: mean.l / sum, a: mean.a / sum, b: mean.b / sum) }
            }
        }
        // Entries are in the order of their frequency, so the first of a group is the most frequent.
        let groups = Self.nearest(points, centers)
        let chosen = centers.indices.compactMap { center in groups.firstIndex(of: center) }.sorted()
        return shares(of: chosen.map { colors[$0] })
    }

    /// The share of pixels that each of some colors is nearest to.
    package func shares(of palette: [PaletteColor]) -> [(color: PaletteColor, share: Double)] {
        let entries = bins.sorted
        let counts = entries.map(\.count)
        let points = entries.map { Self.color(of: $0).lab }
        let total = Double(max(counts.reduce(0, +), 1))
        var sums = [Int](repeating: 0, count: palette.count)
        for (group, count) in zip(Self.nearest(points, palette.map(\.lab)), counts) { sums[group] += count }
        return zip(palette, sums).map { ($0, Double($1) / total) }
    }

    private static func color(of bin: ColorBins.Bin) -> PaletteColor {
        let mean = bin.mean
        return PaletteColor(red: mean[0], green: mean[1], blue: mean[2])
    }

    /// The most frequent color, then, again and again, the one that counts most and is far from all chosen ones.
    private static func start(_ points: [CIELab], _ weights: [Float], _ count: Int) -> [CIELab] {
        var centers = [points[0]]
        var distances = points.map { $0.squaredDistance(to: points[0]) }
        while centers.count < count {
            var best = 0
            for point in points.indices
            where weights[point] * distances[point] > weights[best] * distances[best] {
                best = point
            }
            centers.append(points[best])
            for point in points.indices {
                distances[point] = min(distances[point], points[point].squaredDistance(to: points[best]))
            }
        }
        return centers
    }

    private static func nearest(_ points: [CIELab], _ centers: [CIELab]) -> [Int] {
        points.map { point in
            var (best, least) = (0, Float.infinity)
            for (index, center) in centers.enumerated() {
                let distance = point.squaredDistance(to: center)
                if distance < least { (best, least) = (index, distance) }
            }
            return best
        }
    }
}
