import ImageFiles

/// The regions between the lines of a drawing. A pixel that is darker than mid-gray belongs to a line; the others are
/// connected through their edges.
package struct DrawingRegions: Sendable, Equatable {
    /// The pixels in regions, by their numbers row by row.
    package let pixels: [Int]
    /// The region of each of these pixels.
    package let labels: [Int]
    /// The number of pixels of each region.
    package let sizes: [Int]
    /// Whether each region reaches the border of the image.
    package let reachesBorder: [Bool]

    /// Regions of fewer pixels are left out, as a share of the image and at least; they are gaps between lines.
    private static let (leastShare, leastCount) = (1.0 / 2000, 8)

    /// How many regions there are.
    package var count: Int { sizes.count }

    /// The regions of a drawing of dark lines on white.
    package init(of drawing: Image) {
        guard case .bits8(let gray) = drawing.converted(channels: 1).converted8().samples else {
            self.init(labels: [], width: 0, height: 0)
            return
        }
        let parts = ConnectedParts(gray.map { $0 >= 128 }, width: drawing.width, diagonal: false)
        self.init(labels: parts.labels, width: drawing.width, height: drawing.height)
    }

    /// - Parameter parts: the part that each pixel belongs to; negative for lines.
    init(labels parts: [Int], width: Int, height: Int) {
        var counts = [Int](repeating: 0, count: (parts.max() ?? -1) + 1)
        for part in parts where part >= 0 { counts[part] += 1 }
        let least = max(Int(Self.leastShare * Double(width * height)), Self.leastCount)
        var numbers: [Int: Int] = [:]
        for (part, size) in counts.enumerated() where size >= least { numbers[part] = numbers.count }
        var (pixels, labels): ([Int], [Int]) = ([], [])
        var borders = [Bool](repeating: false, count: numbers.count)
        for (pixel, part) in parts.enumerated() {
            guard part >= 0, let number = numbers[part] else { continue }
            pixels.append(pixel)
            labels.append(number)
            let (x, y) = (pixel % width, pixel / width)
            if x == 0 || y == 0 || x == width - 1 || y == height - 1 { borders[number] = true }
        }
        (self.pixels, self.labels, reachesBorder) = (pixels, labels, borders)
        sizes = counts.filter { $0 >= least }
    }
}
