import TensorCore
import TestSupport
import Testing

@testable import SuperResolution

/// What tells a printed grid and shifted colors from detail.
@Suite struct PhaseLossTests {
    private let photo = Random(seed: 1).uniform([2, 3, 32, 32])

    /// Every fourth pixel of every fourth row 0.16 brighter.
    private var grid: Tensor {
        Tensor(shape: [1, 1, 32, 32]) { buffer in
            for i in 0..<buffer.count { buffer[i] = i % 4 == 1 && i / 32 % 4 == 2 ? 0.16 : 0 }
        }
    }

    @Test func aGridCountsInFull() {
        #expect(abs(phaseLoss(photo + grid, photo, scale: 4).item - 0.01) < 1e-6)
        #expect(phaseLoss(photo, photo, scale: 4).item == 0)
    }

    @Test func aShiftedColorCountsInFull() {
        #expect(abs(phaseLoss(photo.scaled(by: 1, plus: -0.03), photo, scale: 4).item - 0.03) < 1e-6)
    }

    @Test func detailHardlyCounts() {
        let detail = Random(seed: 2).normal(photo.shape, deviation: 0.1)
        let loss = phaseLoss(photo + detail, photo, scale: 4)
        #expect(loss.item < 0.15 * detail.absolute().mean().item)
    }

    @Test func smallCropsAreOneWindow() {
        let x = Random(seed: 3).uniform([1, 1, 8, 8])
        let y = Tensor.full([1, 1, 8, 8], 0)
        let means = x.pixelUnshuffled(by: 4).mean(axes: [2, 3])
        #expect(abs(phaseLoss(x, y, scale: 4).item - means.mean().item) < 1e-6)
    }
}
