import TensorCore
import TestSupport
import Testing
import Training

/// The changes of DiffAugment: what they may do to an image, and that gradients pass through them.
@Suite struct DifferentiableAugmentationTests {
    @Test(arguments: DifferentiableAugmentation.allCases)
    func theSameRandomGivesTheSameChange(augmentation: DifferentiableAugmentation) {
        let images = Random(seed: 1).uniform([6, 3, 16, 16], in: -1..<1)
        let first = augmentation(images, Random(seed: 3, stream: 8))
        #expect(first.shape == images.shape)
        #expect(first.values == augmentation(images, Random(seed: 3, stream: 8)).values)
        #expect(first.values != augmentation(images, Random(seed: 3, stream: 9)).values)
    }

    @Test(arguments: DifferentiableAugmentation.allCases)
    func gradientsFlowThrough(augmentation: DifferentiableAugmentation) {
        let images = Random(seed: 2).uniform([2, 3, 8, 8], in: -1..<1)
        // Squares make the slope depend on the image, so that the second order has something to find.
        let change = { (inputs: [Tensor]) in augmentation(inputs[0], Random(seed: 5)).squared() }
        #expect(FiniteDifferences.firstOrderError(of: change, at: [images]) < 1e-3)
        #expect(FiniteDifferences.secondOrderError(of: change, at: [images]) < 1e-3)
    }

    @Test func translationMovesPixelsExactlyAndGrayComesIn() {
        let (count, side, reach) = (120, 16, 2)
        let images = Random(seed: 4).uniform([count, 2, side, side], in: 0.1..<1)
        let (before, after) = (
            images.values, DifferentiableAugmentation.translation(images, reach: reach, Random(seed: 6)).values
        )
        var shifts = Set<[Int]>()
        for image in 0..<count {
            let found = (-reach...reach).lazy.flatMap { down in (-reach...reach).lazy.map { [down, $0] } }.first {
                shift in
                (0..<2 * side * side).allSatisfy { index in
                    let (channel, y, x) = (index / (side * side), index / side % side, index % side)
                    let (fromY, fromX) = (y - shift[0], x - shift[1])
                    let inside = (0..<side).contains(fromY) && (0..<side).contains(fromX)
                    let plane = (image * 2 + channel) * side * side
                    return after[plane + y * side + x] == (inside ? before[plane + fromY * side + fromX] : 0)
                }
            }
            if let found { shifts.insert(found) } else { Issue.record("image \(image) is no shift of itself") }
        }
        #expect(shifts.count > 20, "of 25 shifts")
    }

    @Test func translationReachesAnEighthOfTheSide() {
        // A bright column tells by how much it went.
        let images = Tensor(shape: [200, 1, 32, 32]) { buffer in
            for index in buffer.indices { buffer[index] = index % 32 == 16 ? 1 : 0 }
        }
        let columns = DifferentiableAugmentation.translation(images, Random(seed: 7))
            .slice(axis: 2, from: 16, count: 1).reshaped(to: [200, 32]).argmax()
        #expect(columns.min() == 12)
        #expect(columns.max() == 20)
    }

    @Test func cutoutTakesASquareOfHalfTheSideAndNothingElse() {
        let (count, side) = (200, 12)
        let values = DifferentiableAugmentation.cutout(.ones([count, 3, side, side]), Random(seed: 8)).values
        var areas: [Int] = []
        for image in 0..<count {
            let planes = (0..<3).map { channel in
                let start = (image * 3 + channel) * side * side
                return Array(values[start..<start + side * side])
            }
            #expect(planes[0] == planes[1] && planes[1] == planes[2])
            #expect(planes[0].allSatisfy { $0 == 0 || $0 == 1 })
            let cut = planes[0].indices.filter { planes[0][$0] == 0 }
            let (rows, columns) = (Set(cut.map { $0 / side }), Set(cut.map { $0 % side }))
            #expect(cut.count == rows.count * columns.count, "a rectangle")
            areas.append(cut.count)
        }
        #expect(areas.max() == side * side / 4)
        // Where the center lies in a corner a quarter of the square is left.
        #expect(areas.allSatisfy { $0 >= side * side / 16 })
        #expect(Set(areas).count > 3)
    }

    @Test func colorsChangeBrightnessAndContrastWithinTheirRanges() {
        let images = Random(seed: 9).uniform([100, 1, 8, 8], in: -1..<1)
        let changed = DifferentiableAugmentation.color(images, Random(seed: 10))
        let shifts = (changed.mean(axes: [1, 2, 3]) - images.mean(axes: [1, 2, 3])).values
        let ratios = (changed.variance(axes: [1, 2, 3]) / images.variance(axes: [1, 2, 3])).squareRoot().values
        #expect(shifts.allSatisfy { abs($0) < 0.501 } && (shifts.max() ?? 0) > 0.4 && (shifts.min() ?? 0) < -0.4)
        #expect(
            ratios.allSatisfy { $0 > 0.499 && $0 < 1.501 } && (ratios.max() ?? 0) > 1.4 && (ratios.min() ?? 1) < 0.6)
    }

    @Test func saturationLeavesGrayImagesGray() {
        let gray = Random(seed: 11).uniform([4, 1, 8, 8], in: -1..<1).broadcast(to: [4, 3, 8, 8])
        let changed = DifferentiableAugmentation.color(gray, Random(seed: 12))
        #expect(changed.variance(axes: [1]).values.allSatisfy { $0 < 1e-10 })
        let colored = Random(seed: 13).uniform([64, 3, 8, 8], in: -1..<1)
        let spread = { (x: Tensor) in x.variance(axes: [1]).mean(axes: [1, 2]) }
        let ratios = (spread(DifferentiableAugmentation.color(colored, Random(seed: 14))) / spread(colored))
            .squareRoot().values
        // Saturation 0 … 2 times contrast 0.5 … 1.5.
        #expect((ratios.min() ?? 1) < 0.3 && (ratios.max() ?? 0) > 1.7 && (ratios.max() ?? 9) < 3.001)
    }
}
