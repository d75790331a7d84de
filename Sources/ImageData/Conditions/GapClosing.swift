extension DrawingRegions {
    /// Gaps that are closed, as shares of the shorter side: twice these radii.
    private static let radii = [1.0 / 96, 1.0 / 48, 1.0 / 32]

    /// The regions where gaps in outlines are closed: a part of an open region that a ball cannot leave is a region of its
    /// own. Balls grow, so that small gaps are closed first (trapped-ball segmentation, Zhang et al. 2009, "Vectorizing
    /// Cartoon Animations"). Regions without gaps stay as they are.
    package func closingGaps(width: Int, height: Int) -> DrawingRegions {
        var field = OpenField(self, width: width, height: height)
        for share in Self.radii {
            field.trap(radius: max(Int((share * Double(min(width, height))).rounded(.up)), 1))
        }
        return field.isSplit ? DrawingRegions(labels: field.labels, width: width, height: height) : self
    }
}

/// The pixels of regions that reach the border of a drawing.
private struct OpenField {
    private let width, height: Int
    /// By pixel; −1 in lines.
    private(set) var labels: [Int]
    /// Whether any region was found.
    private(set) var isSplit = false
    private var isOpen: [Bool]
    private var next: Int

    init(_ regions: DrawingRegions, width: Int, height: Int) {
        (self.width, self.height, next) = (width, height, regions.count)
        labels = [Int](repeating: -1, count: width * height)
        isOpen = [Bool](repeating: false, count: width * height)
        for (pixel, label) in zip(regions.pixels, regions.labels) {
            labels[pixel] = label
            isOpen[pixel] = regions.reachesBorder[label]
        }
    }

    /// Makes regions of the parts that a ball cannot leave.
    mutating func trap(radius: Int) {
        let cores = ConnectedParts(distances().map { $0 > 3 * radius }, width: width, diagonal: false)
        // A ball reaches corners that its center does not.
        let grown = grown(cores.labels, by: 2 * radius + 1)
        var leaves = [Bool](repeating: false, count: cores.sizes.count)
        for pixel in border where grown[pixel] >= 0 { leaves[grown[pixel]] = true }
        guard leaves.contains(false) else { return }
        isSplit = true
        for (pixel, core) in grown.enumerated() where core >= 0 && !leaves[core] {
            labels[pixel] = next + core
            isOpen[pixel] = false
        }
        next += cores.sizes.count
    }

    private var border: [Int] {
        (0..<width).flatMap { [$0, (height - 1) * width + $0] }
            + (0..<height).flatMap { [$0 * width, $0 * width + width - 1] }
    }

    /// How far each pixel is from those that are not open, in thirds of a pixel. Nothing lies beyond the border.
    private func distances() -> [Int] {
        let far = 3 * (width + height)
        var distances = isOpen.map { $0 ? far : 0 }
        func pass(_ pixels: some Sequence<Int>, _ side: Int) {
            for pixel in pixels where distances[pixel] > 0 {
                let (x, y) = (pixel % width, pixel / width)
                for (dx, dy, step) in [(side, 0, 3), (0, side, 3), (side, side, 4), (-side, side, 4)]
                where (0..<width).contains(x + dx) && (0..<height).contains(y + dy) {
                    distances[pixel] = min(distances[pixel], distances[pixel + dy * width + dx] + step)
                }
            }
        }
        pass(0..<width * height, -1)
        pass((0..<width * height).reversed(), 1)
        return distances
    }

    /// Parts that have grown by some pixels into open ones, all at once.
    private func grown(_ parts: [Int], by steps: Int) -> [Int] {
        var parts = parts
        var front = parts.indices.filter { parts[$0] >= 0 }
        for _ in 0..<steps {
            var reached: [Int] = []
            for pixel in front {
                let (x, y) = (pixel % width, pixel / width)
                for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1)]
                where (0..<width).contains(x + dx) && (0..<height).contains(y + dy) {
                    let neighbor = pixel + dy * width + dx
                    guard isOpen[neighbor], parts[neighbor] < 0 else { continue }
                    parts[neighbor] = parts[pixel]
                    reached.append(neighbor)
                }
            }
            front = reached
        }
        return parts
    }
}
