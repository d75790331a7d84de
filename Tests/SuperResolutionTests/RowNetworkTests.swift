import Layers
import TensorCore
import Testing

@testable import SuperResolution

/// A network that takes rows as they come gives what it gives for whole images.
@Suite struct RowNetworkTests {
    private static func network(_ scale: Int, blocks: Int = 2) -> RRDBNet {
        RRDBNet(scale: scale, features: 8, blocks: blocks, growth: 4, random: Random(seed: 3)).bolder()
    }

    /// What comes out when strips of so many rows go in, and whether it came before the last row had.
    private static func streamed(_ network: RRDBNet, _ x: Tensor, strip: Int) -> (result: Tensor, isEarly: Bool) {
        let (height, width) = (x.shape[2], x.shape[3])
        let stream = RowStream(
            network.rowNetwork(.inference), RowExtent(height: height, width: width, strip: strip))
        var parts: [Tensor] = []
        var isEarly = false
        for start in stride(from: 0, to: height, by: strip) {
            let rows = x.slice(axis: 2, from: start, count: min(strip, height - start))
            if let part = stream.push(rows, {}) {
                parts.append(part)
                isEarly = isEarly || start + strip < height
            }
        }
        while !stream.isFinished { if let part = stream.push(nil, {}) { parts.append(part) } }
        return (.concatenated(parts, axis: 2), isEarly)
    }

    private static func isEqual(_ one: Tensor, _ other: Tensor) -> Bool {
        let largest = other.values.map(abs).max() ?? 0
        return one.shape == other.shape && zip(one.values, other.values).allSatisfy { abs($0 - $1) <= 1e-5 * largest }
    }

    @Test(arguments: [1, 2, 4], [4, 16, 64])
    func anyHeightInAnyStrips(scale: Int, strip: Int) {
        let network = Self.network(scale)
        let fold = 4 / scale
        for rows in [1, 2, 5, 17, 61] {
            let x = Random(seed: 4).uniform([1, 3, rows * fold, 7 * fold])
            let (result, _) = Self.streamed(network, x, strip: strip)
            #expect(Self.isEqual(result, network(x, .inference)), "\(rows) positions")
        }
    }

    /// Fewer and more doublings than the public network has, with and without pixels as channels.
    @Test(arguments: [(1, 0, false), (2, 1, true), (1, 1, false), (4, 3, false), (8, 3, true), (16, 4, false)])
    func anyNumberOfDoublings(scale: Int, doublings: Int, plus: Bool) {
        let network = RRDBNet(
            scale: scale, features: 8, blocks: 1, growth: 4, doublings: doublings, plus: plus, random: Random(seed: 3)
        ).bolder()
        let fold = network.multiple
        for (rows, columns) in [(1, 3), (45, 7), (6, 300 / network.scale)] {
            let x = Random(seed: 4).uniform([1, 3, rows * fold, columns * fold])
            let (result, _) = Self.streamed(network, x, strip: 16)
            #expect(Self.isEqual(result, network(x, .inference)), "\(rows)×\(columns) positions")
        }
        let x = Random(seed: 4).uniform([1, 3, 20 * fold, 12 * fold])
        let y = Upscaler(network, wrapping: .xy)(x)
        #expect(Self.isEqual(y, network(x, .inference.wrapping(.xy))))
    }

    @Test func rowsComeBeforeTheLastHasGoneIn() {
        let x = Random(seed: 4).uniform([2, 3, 131, 9])
        let network = Self.network(4)
        let (result, isEarly) = Self.streamed(network, x, strip: 4)
        #expect(isEarly && Self.isEqual(result, network(x, .inference)))
        // The network sees farther than a strip: the first row depends on the sixth.
        var other = x.values
        for index in 0..<9 { other[5 * 9 + index] += 1 }
        let changed = network(Tensor(other, shape: x.shape), .inference)
        let (first, second) = (
            result.slice(axis: 2, from: 0, count: 1).values, changed.slice(axis: 2, from: 0, count: 1).values
        )
        #expect(zip(first, second).contains { abs($0 - $1) > 1e-5 })
    }

    @Test(arguments: [(4, 150, 70), (2, 298, 138), (1, 20, 280)])
    func anUpscalerTakesWholeImages(scale: Int, height: Int, width: Int) {
        let network = Self.network(scale, blocks: 1)
        let x = Random(seed: 4).uniform([1, 3, height, width])
        #expect(Self.isEqual(Upscaler(network)(x), network(x, .inference)))
    }

    @Test func whatIsResizedAtTheEndIsTheSameByRows() throws {
        let network = Self.network(4, blocks: 1)
        let x = Random(seed: 4).uniform([1, 3, 53, 12])
        for resize in [0.25, 0.5, 0.75, 1.5] {
            let upscaler = Upscaler(network, resize: resize)
            let rows = try #require(upscaler.rows)
            let stream = RowStream(rows, RowExtent(height: 53, width: 12, strip: 16))
            var parts: [Tensor] = []
            for start in stride(from: 0, to: 53, by: 16) {
                let strip = x.slice(axis: 2, from: start, count: min(16, 53 - start))
                if let part = stream.push(strip, {}) { parts.append(part) }
            }
            while !stream.isFinished { if let part = stream.push(nil, {}) { parts.append(part) } }
            #expect(Self.isEqual(.concatenated(parts, axis: 2), upscaler(x)), "\(resize)")
        }
        #expect(Upscaler(network, resize: 0.6).rows == nil)
    }

    @Test func workEndsBetweenStages() {
        let extent = RowExtent(height: 30, width: 8, strip: 16)
        let stream = RowStream(Self.network(4).rowNetwork(.inference), extent)
        var checks = 0
        #expect(throws: CancellationError.self) {
            _ = try stream.push(Random(seed: 1).uniform([1, 3, 16, 8])) {
                checks += 1
                if checks == 3 { throw CancellationError() }
            }
        }
        #expect(checks == 3)
    }

    @Test func memoryGrowsWithTheWidth() {
        // The public network: what its stages remember is 69 windows of ten rows, and what waits for residual sums: 15
        // rows in each of its blocks, and the image itself beside all of them.
        let rows = RRDBNet(random: Random(seed: 1)).rowNetwork(.inference)
        let (narrow, wide) = (rows.bytes(width: 2000, strip: 64), rows.bytes(width: 3000, strip: 64))
        let kept = 69 * 10 + 23 * 15 + 2 + 4
        let atWork = 74 * (4 * 64 + 4 * 32)
        #expect(wide - narrow == 1000 * 4 * (kept * 64 + (2 + 347) * 3 + atWork))
    }

    @Test(arguments: [1, 64, 68, 69, 128, 129, 200, 1023, 4033]) func partsCoverAnExtentOnce(_ extent: Int) {
        let parts = ColumnParts.parts(of: extent, 64, 2)
        var next = 0
        for part in parts {
            let kept = part.seen.lowerBound + part.kept.lowerBound..<part.seen.lowerBound + part.kept.upperBound
            #expect(kept.lowerBound == next && !kept.isEmpty)
            next = kept.upperBound
            // What is kept lies far enough from an edge that is none of the extent.
            #expect(part.seen.lowerBound == 0 || part.kept.lowerBound >= 2)
            #expect(part.seen.upperBound == extent || part.seen.count - part.kept.upperBound >= 2)
            #expect(part.seen.lowerBound >= 0 && part.seen.upperBound <= extent)
        }
        #expect(next == extent)
        #expect(Set(parts.map(\.seen.count)).count == 1)
    }
}

extension RRDBNet {
    /// Fresh weights are so small that a dense block hardly changes anything; these are ten times as large.
    func bolder() -> RRDBNet {
        for (name, parameter) in parameters where name.contains("rdb") { parameter.assign(parameter.value * 10) }
        return self
    }
}
