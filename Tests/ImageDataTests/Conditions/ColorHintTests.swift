import ImageFiles
import TensorCore
import Testing

@testable import ImageData

@Suite struct ColorHintTests {
    /// White paper with a black bar and, below it, a red one.
    private func drawing(lines: [UInt8] = [0, 0, 0], dabs: [UInt8] = [230, 20, 30]) -> Image {
        var samples: [UInt8] = []
        for y in 0..<40 {
            for x in 0..<40 {
                let isInside = (10..<30).contains(x)
                samples +=
                    isInside && (8..<10).contains(y)
                    ? lines : isInside && (20..<26).contains(y) ? dabs : [255, 255, 255]
            }
        }
        return Image(width: 40, height: 40, channels: 3, samples8: samples)
    }

    @Test func saturatedStrokesAreHintsAndGrayOnesLines() throws {
        let (lines, hints) = try #require(ColorHints.separated(from: drawing()))
        #expect(lines.channels == 1 && hints.channels == 4)
        #expect(lines.samples8[8 * 40 + 15] == 0 && lines.samples8[22 * 40 + 15] == 255)
        let dab = (22 * 40 + 15) * 4
        #expect(Array(hints.samples8[dab..<dab + 4]) == [230, 20, 30, 255])
        #expect(hints.samples8[(8 * 40 + 15) * 4 + 3] == 0 && hints.samples8[3] == 0)
    }

    @Test func aDrawingInOneColorHasNoHints() {
        #expect(ColorHints.separated(from: drawing(lines: [20, 40, 160], dabs: [20, 40, 160])) == nil)
        #expect(ColorHints.separated(from: drawing(dabs: [90, 90, 95])) == nil)
        #expect(ColorHints.separated(from: drawing().converted(channels: 1)) == nil)
    }

    @Test func dabsHaveTheColorsOfTheTarget() {
        let recipe = HintRecipe(share: 1, mostDabs: 6)
        let target = plainImage(48, 32, [40, 200, 120])
        var covered: Set<Int> = []
        for seed in 0..<30 as Range<UInt64> {
            let hints = recipe.hints(for: target, random: Random(seed: seed))
            #expect(hints == recipe.hints(for: target, random: Random(seed: seed)))
            #expect(hints.width == 48 && hints.height == 32 && hints.channels == 4)
            let samples = hints.samples8
            var count = 0
            for pixel in 0..<48 * 32 where samples[pixel * 4 + 3] > 0 {
                count += 1
                for (channel, level) in [40, 200, 120].enumerated() {
                    #expect(abs(Int(samples[pixel * 4 + channel]) - level) <= 11)
                }
            }
            covered.insert(count)
        }
        #expect(covered.count > 15 && !covered.contains(48 * 32))
        let none = HintRecipe(share: 0).hints(for: target, random: Random(seed: 1))
        #expect(none.samples8.allSatisfy { $0 == 0 })
    }

    @Test func dabsLieInOneColorAndSeldomOnPaperOrLines() {
        let recipe = HintRecipe(share: 1, mostDabs: 1)
        // White, a black line, red.
        func color(_ x: Int) -> [UInt8] { x < 40 ? [255, 255, 255] : x < 44 ? [0, 0, 0] : [220, 40, 30] }
        let samples = (0..<64).flatMap { _ in (0..<64).flatMap(color) }
        let target = Image(width: 64, height: 64, channels: 3, samples8: samples)
        var (right, outside, red) = (0, 0, 0)
        for seed in 0..<200 as Range<UInt64> {
            let dab = recipe.hints(for: target, random: Random(seed: seed)).samples8
            let pixels = (0..<64 * 64).filter { dab[$0 * 4 + 3] > 0 }
            guard let first = pixels.first, dab[first * 4] > 150, dab[first * 4 + 1] < 100 else { continue }
            red += 1
            right += pixels.count { $0 % 64 >= 44 }
            outside += pixels.count { $0 % 64 < 44 }
        }
        // A place at random is red in a third of all cases; of six, one nearly always is.
        #expect((160..<200).contains(red), "\(red) of 200")
        #expect(outside * 20 < right, "\(outside) pixels elsewhere, \(right) on red")
    }

    @Test func planesFollowTheDrawing() {
        let planes = InputPlanes(channels: 1, hasHints: true, classCount: 3)
        #expect(planes.count == 8)
        var samples = [UInt8](repeating: 0, count: 4 * 4)
        samples.replaceSubrange(4..<8, with: [255, 0, 255, 255])
        let hints = Image(width: 2, height: 2, channels: 4, samples8: samples)
        let input = planes.tensor(plainImage(2, 2, [255]), hints: hints, label: 1)
        #expect(input.shape == [1, 8, 2, 2])
        #expect(
            input.values == [
                1, 1, 1, 1, 0, 1, 0, 0, 0, -1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0,
            ])
        let plain = planes.tensor(plainImage(2, 2, [0]))
        #expect(plain.values == [Float](repeating: -1, count: 4) + [Float](repeating: 0, count: 28))
        #expect(InputPlanes(channels: 3).tensor(plainImage(2, 2, [9, 9, 9])).shape == [1, 3, 2, 2])
    }
}
