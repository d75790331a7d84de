import ImageFiles
import TensorCore
import TestSupport
import Testing

@testable import ImageData
@testable import Pix2Pix

@Suite struct RegionConsistencyTests {
    private static let side = 12

    /// A vertical line in the middle: two regions of 5·12 and 6·12 pixels.
    private var regions: DrawingRegions {
        DrawingRegions(
            of: Image(width: 12, height: 12, channels: 1, samples8: (0..<144).map { $0 % 12 == 5 ? 0 : 255 }))
    }

    private func image(_ value: (_ x: Int, _ y: Int, _ channel: Int) -> Float) -> Tensor {
        Tensor((0..<432).map { value($0 % 12, $0 / 12 % 12, $0 / 144) }, shape: [1, 3, 12, 12])
    }

    private func loss(_ a: Tensor, _ b: Tensor) -> Double {
        Double(regionConsistencyLoss(a, b, regions: [regions]).item)
    }

    @Test func evenRegionsOfAnyColorCostNothing() {
        let target = image { x, _, channel in x < 5 ? 0.5 : -0.3 * Float(channel) }
        let other = image { x, _, channel in x < 5 ? -0.9 : Float(channel) * 0.4 }
        #expect(loss(other, target) < 1e-12)
        // The line belongs to no region.
        #expect(loss(image { x, y, _ in x == 5 ? Float(y) : 0.1 }, target) < 1e-12)
    }

    @Test func stainsCostTheirVarianceUnlessTheTargetHasThem() {
        let stained = image { x, y, channel in channel == 0 && x < 5 && y % 2 == 0 ? 0.6 : 0 }
        // Half of 60 of the 396 values deviates by 0.3, the other half by −0.3.
        #expect(abs(loss(stained, image { _, _, _ in 0.2 }) - 60 * 0.09 / 396) < 1e-6)
        #expect(loss(stained.scaled(by: 1, plus: 0.1), stained) < 1e-12)
    }

    @Test func theGradientIsThatOfTheFormula() {
        let (x, target) = (Random(seed: 1).normal([1, 3, 12, 12]), Random(seed: 2).normal([1, 3, 12, 12]))
        let regions = regions
        let error = FiniteDifferences.firstOrderError(
            of: { regionConsistencyLoss($0[0], target, regions: [regions]) }, at: [x])
        #expect(error < 2e-3)
    }

    @Test func nothingIsAskedOfDrawingsWithoutRegions() {
        let none = DrawingRegions(
            of: Image(width: 12, height: 12, channels: 1, samples8: [UInt8](repeating: 0, count: 144)))
        let x = Random(seed: 1).normal([1, 3, 12, 12])
        #expect(regionConsistencyLoss(x, -x, regions: [none]).item == 0)
        let both = regionConsistencyLoss(
            .concatenated([x, x]), .concatenated([-x, -x]), regions: [none, regions]
        ).item
        #expect(abs(Double(both) - loss(x, -x)) < 1e-5)
    }
}
