import ImageFiles
import TensorCore
import Testing

@testable import ImageData

@Suite struct PaperRemovalTests {
    private func drawing(side: Int = 96, paper: (Int, Int) -> Float, ink: Float) -> Image {
        let noise = Random(seed: 5).normal([side * side], deviation: 0.012).values
        let samples = (0..<side * side).map { i -> UInt8 in
            let (x, y) = (i % side, i / side)
            let isInk = (x - 40) * (x - 40) + (y - 50) * (y - 50) < 900 && abs(x - y) < 6 || (20...24).contains(x)
            return UInt8(min(max((paper(x, y) + noise[i]) * (isInk ? ink : 1), 0), 1) * 255)
        }
        return Image(width: side, height: side, channels: 1, samples8: samples)
    }

    private func levels(_ image: Image) -> [Int] {
        guard case .bits8(let samples) = image.samples else { return [] }
        return samples.map { Int($0) }
    }

    @Test(arguments: [Float(0), 0.35, 0.6]) func shadowsGoAndLinesStay(ink: Float) {
        let shaded = drawing(paper: { 0.9 - Float($0 + $1) / 400 }, ink: ink)
        let ideal = levels(drawing(paper: { _, _ in 1 }, ink: 0)).map { $0 > 128 }
        let found = levels(shaded.withoutPaper())
        #expect(zip(found, ideal).count { ($0 < 40 && $1) || ($0 > 215 && !$1) } == 0)
        #expect(zip(found, ideal).count { $1 ? $0 == 255 : $0 <= 30 } > 95 * found.count / 100)
    }

    @Test func anEmptySheetIsWhite() {
        #expect(
            levels(drawing(paper: { x, _ in 0.8 - Float(x) / 500 }, ink: 1).withoutPaper()).allSatisfy { $0 == 255 })
        let pixel = Image(width: 1, height: 1, channels: 3, samples8: [10, 20, 30])
        #expect(levels(pixel.withoutPaper()) == [255])
    }

    @Test func cleanDrawingsStayAlmostAsTheyAre() {
        let clean = drawing(paper: { _, _ in 2 }, ink: 0)
        #expect(levels(clean.withoutPaper()) == levels(clean))
    }
}
