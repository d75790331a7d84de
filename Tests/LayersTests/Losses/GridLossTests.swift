import Layers
import TensorCore
import TestSupport
import Testing

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
        #expect(abs(gridLoss(photo + grid, photo, scale: 4).item - 0.01) < 1e-6)
        #expect(gridLoss(photo, photo, scale: 4).item == 0)
    }

    @Test func aShiftedColorCountsInFull() {
        #expect(abs(gridLoss(photo.scaled(by: 1, plus: -0.03), photo, scale: 4).item - 0.03) < 1e-6)
    }

    @Test func detailHardlyCounts() {
        let detail = Random(seed: 2).normal(photo.shape, deviation: 0.1)
        let loss = gridLoss(photo + detail, photo, scale: 4)
        #expect(loss.item < 0.15 * detail.absolute().mean().item)
    }

    @Test func smallCropsAreOneWindow() {
        let x = Random(seed: 3).uniform([1, 1, 8, 8])
        let y = Tensor.full([1, 1, 8, 8], 0)
        let means = x.pixelUnshuffled(by: 4).mean(axes: [2, 3])
        #expect(abs(gridLoss(x, y, scale: 4).item - means.mean().item) < 1e-6)
    }

    // MARK: Checkerboards

    @Test func aCheckerboardCountsWithoutItsMean() {
        // Of 16 places one is 0.16 brighter: 0.15 above the cell's mean, the others 0.01 below it.
        let expected: Float = (0.15 + 15 * 0.01) / 16
        #expect(abs(checkerboardLoss(photo + grid, photo).item - expected) < 1e-6)
        #expect(checkerboardLoss(photo, photo).item == 0)
    }

    @Test func anotherColorIsNoCheckerboard() {
        let slope = Tensor(shape: [1, 1, 32, 32]) { buffer in
            for i in 0..<buffer.count { buffer[i] = Float(i / 32 / 4) * 0.1 }
        }
        #expect(checkerboardLoss(photo.scaled(by: 1, plus: -0.3) + slope, photo).item < 1e-6)
    }

    @Test func whatIsLeftOfWholeCellsDoesNotCount() {
        let wider = Random(seed: 4).uniform([1, 2, 19, 18])
        let whole = wider.slice(axis: 2, from: 0, count: 16).slice(axis: 3, from: 0, count: 16)
        let (all, part) = (Tensor.zeros(wider.shape), Tensor.zeros(whole.shape))
        #expect(checkerboardLoss(wider, all).item == checkerboardLoss(whole, part).item)
    }

    @Test func itsSlopeIsThatOfFiniteDifferences() throws {
        let y = Random(seed: 5).uniform([1, 1, 8, 8])
        let x = Random(seed: 6).uniform([1, 1, 8, 8]).requiringGradient()
        let slope = try #require(gradients(of: checkerboardLoss(x, y), at: [x])[0])
        let direction = Random(seed: 7).normal(x.shape)
        let ends = [Float(1e-2), -1e-2].map { checkerboardLoss(x.detached + direction.scaled(by: $0), y).item }
        #expect(abs((ends[0] - ends[1]) / 2e-2 - (slope * direction).sum().item) < 1e-3)
    }
}
