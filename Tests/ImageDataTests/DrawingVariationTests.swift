import ImageFiles
import TensorCore
import Testing

@testable import ImageData

@Suite struct DrawingVariationTests {
    private let side = 96

    /// A square of lines three pixels wide, and a speck.
    private var outline: Image {
        var samples = [UInt8](repeating: 255, count: side * side)
        for i in 16..<80 {
            for j in 0..<3 {
                for (x, y) in [(i, 16 + j), (i, 77 + j), (16 + j, i), (77 + j, i)] { samples[y * side + x] = 0 }
            }
        }
        for (x, y) in [(40, 40), (41, 40)] { samples[y * side + x] = 0 }
        return Image(width: side, height: side, channels: 1, samples8: samples)
    }

    private func changed(_ seed: UInt64, strength: Double = 1) -> Image {
        DrawingVariation(strength: strength).applied(to: outline, random: Random(seed: seed))
    }

    @Test func aSeedGivesTheSameDrawing() {
        for seed in 0..<12 as Range<UInt64> { #expect(changed(seed) == changed(seed)) }
        #expect(Set((0..<40 as Range<UInt64>).map { changed($0).samples8 }).count > 35)
    }

    @Test func noStrengthChangesNothing() { #expect(changed(3, strength: 0) == outline) }

    @Test func drawingsStayDrawings() {
        var (colored, dark, lighter, darker) = (0, 0, 0, 0)
        let given = GrayPlane(outline).values.reduce(0) { $0 + 1 - $1 }
        for seed in 0..<100 as Range<UInt64> {
            let made = changed(seed)
            #expect(made.width == side && made.height == side && (made.channels == 1 || made.channels == 3))
            if made.channels == 3 { colored += 1 }
            let plane = GrayPlane(made)
            let paper = plane.values.sorted()[plane.values.count * 3 / 4]
            // Lines are darker than the paper around them.
            #expect(plane.values.contains { $0 < 0.85 * paper }, "seed \(seed)")
            if paper < 0.9 { dark += 1 }
            let ink = plane.values.reduce(0) { $0 + max(paper - $1, 0) }
            if ink < 0.8 * given { lighter += 1 } else if ink > 1.3 * given { darker += 1 }
        }
        #expect(colored > 20 && dark > 10 && lighter > 10 && darker > 10, "\(colored) \(dark) \(lighter) \(darker)")
    }

    @Test func blankPaperStaysBlank() {
        let blank = Image(width: 40, height: 30, channels: 1, samples8: [UInt8](repeating: 255, count: 1200))
        for seed in 0..<40 as Range<UInt64> {
            let made = GrayPlane(DrawingVariation().applied(to: blank, random: Random(seed: seed)))
            #expect((made.values.min() ?? 0) > 0.2, "seed \(seed)")
        }
    }

    @Test func tinyDrawingsAreChanged() {
        for (width, height) in [(1, 1), (2, 1), (3, 3), (1, 50)] {
            let image = Image(
                width: width, height: height, channels: 1, samples8: [UInt8](repeating: 90, count: width * height))
            for seed in 0..<20 as Range<UInt64> {
                let made = DrawingVariation().applied(to: image, random: Random(seed: seed))
                #expect(made.width == width && made.height == height)
            }
        }
    }

    // MARK: Parts

    @Test func partsAreConnectedThroughEdgesOrCorners() {
        let marked = [
            true, true, false, false,
            false, false, true, false,
            true, false, false, true,
        ]
        let edges = ConnectedParts(marked, width: 4, diagonal: false)
        #expect(edges.sizes == [2, 1, 1, 1] && edges.labels == [0, 0, -1, -1, -1, -1, 1, -1, 2, -1, -1, 3])
        let corners = ConnectedParts(marked, width: 4, diagonal: true)
        #expect(corners.sizes == [4, 1] && corners.labels[8] == 1)
        #expect(ConnectedParts([], width: 0, diagonal: true).sizes.isEmpty)
    }

    @Test func regionsLieBetweenLines() {
        let regions = DrawingRegions(of: outline)
        #expect(regions.sizes.count == 2 && regions.reachesBorder == [true, false])
        // Within the lines from 19 to 76, without the speck.
        #expect(regions.sizes[1] == 58 * 58 - 2 && regions.pixels.count == regions.labels.count)
        #expect(regions.labels.count { $0 == 1 } == regions.sizes[1])
    }
}

extension Image {
    /// The samples of eight bits; empty for others.
    var samples8: [UInt8] { if case .bits8(let samples) = samples { samples } else { [] } }
}
