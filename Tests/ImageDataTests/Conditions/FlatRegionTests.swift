import ImageFiles
import Testing

@testable import ImageData

@Suite struct FlatRegionTests {
    private let red: [UInt8] = [200, 30, 20]
    private let green: [UInt8] = [20, 160, 40]
    private let side = 40

    /// An image by the color at each place.
    private func image(channels: Int = 3, _ color: (_ x: Int, _ y: Int) -> [UInt8]) -> Image {
        let samples = (0..<side).flatMap { y in (0..<side).flatMap { x in color(x, y) } }
        return Image(width: side, height: side, channels: channels, samples8: samples)
    }

    private func color(_ image: Image, _ x: Int, _ y: Int) -> [UInt8] {
        Array(image.samples8[(y * side + x) * 3..<(y * side + x) * 3 + 3])
    }

    /// A box with lines two pixels wide, whose inner border is half gray.
    private var box: Image {
        image(channels: 1) { x, y in
            let depth = min(min(x, y) - 8, 31 - max(x, y))
            return [depth == 0 || depth == 1 ? 0 : depth == 2 ? 160 : 255]
        }
    }

    /// Red with a green stain in the box, blue paper.
    private var stained: Image {
        image { x, y in
            guard (8...31).contains(x), (8...31).contains(y) else { return [90, 120, 250] }
            return x < 18 && y < 18 ? green : red
        }
    }

    @Test func aRegionGetsItsMostFrequentColor() {
        let flat = stained.flattened(in: box, hints: nil)
        #expect(color(flat, 14, 14) == red && color(flat, 28, 28) == red)
        #expect(color(flat, 2, 2) == [90, 120, 250] && color(flat, 8, 20) == color(stained, 8, 20))
        // Beside the line, it is darker, like the drawing.
        #expect((100..<160).contains(color(flat, 10, 20)[0]))
    }

    @Test func dabsDecide() {
        let dabs = image(channels: 4) { x, y in x == 13 && y == 13 ? [30, 60, 220, 255] : [0, 0, 0, 0] }
        let flat = stained.flattened(in: box, hints: dabs)
        #expect(color(flat, 28, 28) == [30, 60, 220] && color(flat, 14, 14) == [30, 60, 220])
    }

    /// Of the height 40, gaps up to four pixels are closed, whatever is on their two sides.
    @Test(arguments: [(1, true), (3, true), (4, true), (8, false)])
    func smallGapsAreClosed(gap: Int, isClosed: Bool) {
        let open = image(channels: 1) { x, y in
            let depth = min(min(x, y) - 8, 31 - max(x, y))
            return [(depth == 0 || depth == 1) && !(x < 12 && (20..<20 + gap).contains(y)) ? 0 : 255]
        }
        let flat = stained.flattened(in: open, hints: nil)
        #expect(color(flat, 14, 14) == (isClosed ? red : green))
        #expect(color(flat, 11, 11) == (isClosed ? red : green))
        #expect(color(flat, 28, 28) == red && color(flat, 2, 21) == [90, 120, 250])
    }

    /// Two rooms with a door between them and none to the outside are one region, as they were.
    @Test func closedRegionsAreNotSplit() {
        let rooms = image(channels: 1) { x, y in
            let depth = min(min(x, y) - 8, 31 - max(x, y))
            return [depth == 0 || depth == 1 || (x == 20 && depth > 0 && y != 20) ? 0 : 255]
        }
        let regions = DrawingRegions(of: rooms)
        #expect(regions.closingGaps(width: side, height: side) == regions)
    }

    @Test func openRegionsAndDrawingsWithoutLinesStay() {
        let open = image(channels: 1) { x, y in [x == 20 && y > 5 ? 0 : 255] }
        #expect(stained.flattened(in: open, hints: nil) == stained)
        #expect(stained.flattened(in: image(channels: 1) { _, _ in [255] }, hints: nil) == stained)
    }

    @Test func blackRegionsAndDeepImagesAreKept() {
        let black = image { _, _ in [10, 10, 10] }
        #expect(color(black.flattened(in: box, hints: nil), 20, 20) == [0, 0, 0])
        let deep = stained.converted16().flattened(in: box, hints: nil)
        #expect(deep.bitDepth == 16 && color(deep.converted8(), 14, 14) == red)
    }
}
