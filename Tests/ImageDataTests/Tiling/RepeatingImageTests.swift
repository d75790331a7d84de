import ImageFiles
import TensorCore
import Testing

@testable import ImageData

/// Tiles and sizes of images that repeat.
@Suite struct RepeatingImageTests {
    private func image(_ width: Int, _ height: Int, channels: Int = 3) -> Image {
        let samples = (0..<width * height * channels).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 11) }
        return Image(width: width, height: height, channels: channels, samples8: samples)
    }

    private func rolled(_ image: Image, _ down: Int, _ right: Int) -> Image {
        image.taking(
            rows: Wrapping.positions(-down..<image.height - down, length: image.height),
            columns: Wrapping.positions(-right..<image.width - right, length: image.width))
    }

    private func difference(_ a: Image, _ b: Image) -> Int {
        guard case .bits8(let one) = a.samples, case .bits8(let other) = b.samples, one.count == other.count else {
            return .max
        }
        return zip(one, other).reduce(0) { max($0, abs(Int($1.0) - Int($1.1))) }
    }

    @Test(
        arguments: [(16, 16), (17, 40), (100, 33), (33, 34)], [Wrapping.x, .y, .xy])
    func tilesThatChangeNothingGiveTheImage(_ size: (Int, Int), _ wrapping: Wrapping) throws {
        for (tile, overlap) in [(16, 4), (16, 8), (8, 3)] {
            let image = image(size.0, size.1)
            let same = try image.mappedInTiles(
                width: tile, height: tile, overlap: overlap, channels: 3, wrapping: wrapping
            ) { tile, _ in Tensor(tile) }
            #expect(same == image)
        }
    }

    /// The mean of a pixel and its neighbors, which a tile knows only where it sees them.
    @Test func tilesSeeTheOppositeSide() throws {
        let image = image(60, 47, channels: 1)
        func blurred(_ x: Tensor, _ wrapping: Wrapping) -> Tensor {
            x.averagePooled(window: 3, stride: 1, padding: 1, wrapping: wrapping)
        }
        let expected = Image(blurred(Tensor(image, channels: 1), .xy), bitDepth: 8)
        let tiles = try image.mappedInTiles(width: 20, height: 24, overlap: 8, channels: 1, wrapping: .xy) { tile, _ in
            // What lies at the edge of a tile is wrong.
            blurred(Tensor(tile), .neither)
        }
        func worst(_ image: Image) -> Int { difference(image, expected) }
        // Wrong values weigh little at the edges, and the same everywhere: as much inside as at the seam.
        let lines = try image.mappedInTiles(width: 20, height: 24, overlap: 8, channels: 1) { tile, _ in
            blurred(Tensor(tile), .neither)
        }
        #expect(worst(tiles) < 20 && worst(lines) > 40)
    }

    @Test(arguments: [1, 2, 4], [(64, 20, 0), (40, 4, 4), (96, 12, 12), (33, 3, 2)])
    func everyPixelBelongsToOneTileThatSeesFarEnough(_ multiple: Int, _ way: (tile: Int, pad: Int, feather: Int)) {
        for length in [1, 7, 16, 25, 97, 500, 999].map({ $0 * multiple }) {
            let line = TileSeams(
                length: length, tile: way.tile, pad: way.pad, border: 10, feather: way.feather, multiple: multiple,
                wraps: true)
            let axis = line.axis
            #expect(axis.wraps && axis.extent % multiple == 0)
            guard axis.count > 1 else {
                #expect(axis.starts == [0] && axis.extent == length && line.feather == 0)
                continue
            }
            #expect(axis.starts.allSatisfy { $0 % multiple == 0 } && line.feather % (2 * multiple) == 0)
            var covered = [Int](repeating: 0, count: length)
            for index in 0..<axis.count {
                let part = line.part(of: index)
                #expect(part.lowerBound - axis.starts[index] >= way.pad - line.feather / 2)
                #expect(axis.starts[index] + axis.extent - part.upperBound >= way.pad - line.feather / 2)
                for place in Wrapping.positions(part, length: length) { covered[place] += 1 }
            }
            // Around each seam, two tiles; there are as many seams as tiles.
            #expect(covered.allSatisfy { (1...2).contains($0) })
            #expect(covered.filter { $0 == 2 }.count == axis.count * line.feather)
        }
    }

    @Test(arguments: [(62, 44), (20, 11), (93, 22), (31, 66)], [ResizeFilter.bicubic, .lanczos3])
    func aSizeIsReachedFromAnywhere(_ size: (Int, Int), _ filter: ResizeFilter) throws {
        for channels in [1, 3, 4] {
            let image = image(62, 22, channels: channels)
            let whole = image.resized(width: size.0, height: size.1, filter: filter, wrapping: .xy)
            let moved = rolled(image, 11, 31).resized(width: size.0, height: size.1, filter: filter, wrapping: .xy)
            if size.1 % 2 == 0, size.0 % 2 == 0 {
                #expect(difference(moved, rolled(whole, size.1 / 2, size.0 / 2)) <= 1)
            }
            var parts: [Image] = []
            let resampler = RowResampler(
                from: (62, 22), to: size, channels: channels, bitDepth: 8, filter: filter, wrapping: .xy
            ) { parts.append($0) }
            let rows = image.rows()
            while let strip = try rows.next(6) { try resampler.push(strip) }
            #expect(difference(Image(stacking: parts), whole) <= 1)
        }
    }

    @Test func onlyTheAskedAxisRepeats() {
        let image = image(20, 20)
        let plain = image.resized(width: 10, height: 10)
        let inRing = image.resized(width: 10, height: 10, wrapping: .x)
        func middle(_ image: Image) -> Image { image.taking(rows: Array(0..<10), columns: Array(2..<8)) }
        #expect(difference(middle(inRing), middle(plain)) <= 1)
        #expect(difference(inRing, plain) > 1)
    }
}
