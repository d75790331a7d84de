import TensorCore
import TestSupport
import Testing

@testable import Pix2Pix

@Suite struct HintLossTests {
    /// 32×32 pixels, so a dab reaches 2 pixels far.
    private static func mask(_ pixels: [(x: Int, y: Int)]) -> Tensor {
        Tensor(
            (0..<1024).map { place in pixels.contains { $0.x == place % 32 && $0.y == place / 32 } ? 1 : 0 },
            shape: [1, 1, 32, 32])
    }

    private static func image(_ value: (_ x: Int, _ y: Int) -> Float) -> Tensor {
        Tensor((0..<3072).map { value($0 % 32, $0 % 1024 / 32) }, shape: [1, 3, 32, 32])
    }

    @Test func onlyWhatIsNearADabCounts() {
        let target = Self.image { _, _ in 0.25 }
        let mask = Self.mask([(10, 12)])
        let far = Self.image { x, y in abs(x - 10) <= 2 && abs(y - 12) <= 2 ? 0.25 : -1 }
        #expect(hintLoss(far, target, mask: mask).item == 0)
        // One of 25 pixels near the dab is off by 0.5.
        let near = Self.image { x, y in x == 12 && y == 14 ? 0.75 : 0.25 }
        #expect(abs(hintLoss(near, target, mask: mask).item - 0.02) < 1e-6)
    }

    @Test func everyImageCountsTheSameHoweverManyDabsItHas() {
        let (a, b) = (Random(seed: 1).normal([1, 3, 32, 32]), Random(seed: 2).normal([1, 3, 32, 32]))
        let masks = [Self.mask([(3, 4)]), Self.mask([(20, 20), (21, 20), (5, 30)]), Self.mask([])]
        let alone = masks.map { hintLoss(a, b, mask: $0).item }
        #expect(alone[0] > 0 && alone[1] > 0 && alone[2] == 0)
        let together = hintLoss(
            .concatenated([a, a, a]), .concatenated([b, b, b]), mask: .concatenated(masks))
        #expect(abs(together.item - (alone[0] + alone[1]) / 3) < 1e-5)
    }

    @Test func theGradientIsThatOfTheFormula() {
        let (x, target) = (Random(seed: 1).normal([1, 3, 32, 32]), Random(seed: 2).normal([1, 3, 32, 32]))
        let mask = Self.mask([(3, 4), (20, 21)])
        #expect(FiniteDifferences.firstOrderError(of: { hintLoss($0[0], target, mask: mask) }, at: [x]) < 2e-3)
    }
}
