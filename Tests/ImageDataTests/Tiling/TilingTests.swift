import ImageFiles
import TensorCore
import Testing

@testable import ImageData

@Suite struct TilingTests {
    private func image(_ width: Int, _ height: Int, channels: Int = 3) -> Image {
        let samples = (0..<width * height * channels).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 11) }
        return Image(width: width, height: height, channels: channels, samples8: samples)
    }

    @Test(arguments: [(1, 1), (7, 5), (16, 16), (17, 40), (100, 33), (1, 70)], [(16, 4), (16, 8), (32, 0), (8, 7)])
    func tilesThatChangeNothingGiveTheImage(size: (Int, Int), tiling: (tile: Int, overlap: Int)) throws {
        let image = image(size.0, size.1)
        let same = try image.mappedInTiles(
            width: tiling.tile, height: tiling.tile, overlap: tiling.overlap, channels: 3
        ) {
            tile, _ in Tensor(tile)
        }
        #expect(same == image)
    }

    @Test func sixteenBitsStay() throws {
        let samples = (0..<40 * 30).map { UInt16(truncatingIfNeeded: $0 &* 5077) }
        let image = Image(width: 40, height: 30, channels: 1, samples16: samples)
        let same = try image.mappedInTiles(width: 16, height: 16, overlap: 4, channels: 1, bitDepth: 16) { tile, _ in
            Tensor(tile)
        }
        #expect(same == image)
    }

    @Test func resultsMayBeLarger() throws {
        let image = image(21, 13, channels: 1)
        let large = try image.mappedInTiles(width: 8, height: 8, overlap: 2, scale: 2, channels: 1) { tile, _ in
            Tensor(tile.upscaled(by: 2))
        }
        #expect(large == image.upscaled(by: 2))
    }

    /// Tiles of different brightness meet in ramps: nowhere is there a step.
    @Test func differencesAreFeathered() throws {
        let flat = Image(width: 120, height: 90, channels: 1, samples8: [UInt8](repeating: 0, count: 120 * 90))
        let mixed = try flat.mappedInTiles(width: 48, height: 48, overlap: 16, channels: 1) { _, number in
            Tensor.ones([1, 1, 48, 48]).scaled(by: number % 2 == 0 ? 0.5 : -0.5)
        }
        guard case .bits8(let levels) = mixed.samples else { return }
        let across = (0..<90).flatMap { y in
            (1..<120).map { abs(Int(levels[y * 120 + $0]) - Int(levels[y * 120 + $0 - 1])) }
        }
        #expect((across.max() ?? 0) <= 9 && (across.max() ?? 0) > 4)
    }

    @Test(arguments: [(64, 64, 9), (64, 64, 1), (200, 40, 5), (40, 200, 16), (10, 10, 4)])
    func samplesAreTilesFromAllOverTheImage(width: Int, height: Int, count: Int) throws {
        let image = image(width, height)
        var tiles: [Image] = []
        _ = try image.mappedInTiles(width: 16, height: 16, overlap: 4, channels: 3) { tile, _ in
            tiles.append(tile)
            return Tensor(tile)
        }
        func sampled(_ count: Int) -> [Image] {
            image.sampledTiles(width: 16, height: 16, overlap: 4, atMost: count).map {
                image.tile($0, width: 16, height: 16, overlap: 4)
            }
        }
        let sample = sampled(count)
        #expect((1...count).contains(sample.count) && sample.count * 3 >= min(count, tiles.count))
        let places = sample.compactMap { tile in tiles.firstIndex { $0 == tile } }
        #expect(places.count == sample.count && Set(places).count == places.count)
        #expect(sampled(1000) == tiles)
    }

    @Test func bordersAreMirrored() {
        let axis = TileAxis(length: 4, tile: 10, overlap: 0)
        #expect(axis.positions(of: 0) == [3, 2, 1, 0, 1, 2, 3, 2, 1, 0])
        #expect(TileAxis(length: 1, tile: 3, overlap: 0).positions(of: 0) == [0, 0, 0])
    }

    @Test(arguments: [(100, 16, 4), (100, 16, 12), (17, 16, 8), (1000, 64, 63)])
    func weightsSumToOne(length: Int, tile: Int, overlap: Int) {
        let axis = TileAxis(length: length, tile: tile, overlap: overlap)
        var sums = [Float](repeating: 0, count: length)
        for (start, weights) in zip(axis.starts, axis.weights(overlap: overlap)) {
            for (i, weight) in weights.enumerated() { sums[start + i] += weight }
        }
        #expect(sums.allSatisfy { abs($0 - 1) < 1e-5 })
        #expect(zip(axis.starts, axis.starts.dropFirst()).allSatisfy { $0 + tile - $1 >= overlap })
    }

    /// What comes row by row is cut into the same tiles as the whole image, and rows are forgotten in time.
    @Test(arguments: [1, 3, 7, 100])
    func rowsMayComeInStrips(count: Int) {
        let image = image(50, 61)
        let (columns, rows) = (
            TileAxis(length: 50, tile: 16, overlap: 4),
            TileSeams(length: 61, tile: 24, pad: 4, border: 3, feather: 2, multiple: 2).axis
        )
        var stream = TileStream(columns: columns, rows: rows, channels: 3)
        var ended: [Int] = []
        var number = 0
        for start in stride(from: 0, to: 61, by: count) {
            let strip = image.rows(start..<min(start + count, 61))
            stream.push(strip) { tile in
                let whole = image.taking(
                    rows: rows.positions(of: tile.row), columns: columns.positions(of: tile.column))
                #expect(tile.image == whole && tile.number == number)
                #expect(tile.planes.values == PlanarImage(whole).values)
                number += 1
            } rowEnded: {
                ended.append($0)
            }
        }
        #expect(ended == Array(0..<rows.count) && number == rows.count * columns.count)
    }

    @Test(arguments: [Continuation.Place.middle, .start])
    func whatIsContinuedIsCutBack(place: Continuation.Place) {
        for (height, width) in [(1, 1), (3, 8), (8, 5), (16, 16), (2, 9)] {
            let x = Random(seed: 1).normal([2, 3, height, width])
            let continuation = Continuation(height: height, width: width, multiple: 8, place)
            let wide = continuation.continued(x)
            #expect(wide.shape[2] % 8 == 0 && wide.shape[3] % 8 == 0)
            #expect(continuation.cutBack(wide).values == x.values)
            #expect(
                continuation.cutBack(wide.upsampledNearest(by: 2), scale: 2).values == x.upsampledNearest(by: 2).values)
        }
    }
}
