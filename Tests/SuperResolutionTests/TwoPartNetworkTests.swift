import Layers
import TensorCore
import Testing

@testable import SuperResolution

/// The second part in tiles is the same as in one piece.
@Suite struct TwoPartNetworkTests {
    @Test(arguments: [(4, 70, 131), (2, 138, 70), (1, 280, 20)])
    func tilesOfTheSecondPartChangeNothing(scale: Int, height: Int, width: Int) {
        let network = RRDBNet(scale: scale, features: 4, blocks: 1, growth: 2, random: Random(seed: 3))
        let x = Random(seed: 4).uniform([1, 3, height, width])
        let whole = network(x, .inference)
        let tiled = Upscaler(network)(x)
        #expect(tiled.shape == whole.shape)
        let largest = whole.values.map(abs).max() ?? 0
        #expect(zip(tiled.values, whole.values).allSatisfy { abs($0 - $1) <= 1e-5 * largest })
    }

    @Test(arguments: [1, 64, 68, 69, 128, 129, 200, 1023, 4033]) func partsCoverAnExtentOnce(_ extent: Int) {
        let parts = TwoPartNetwork.parts(of: extent, 2)
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
