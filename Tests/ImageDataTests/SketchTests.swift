import ImageFiles
import TensorCore
import Testing

@testable import ImageData

@Suite struct SketchTests {
    /// A dark square on a light ground.
    private func square(side: Int = 96, from: Int = 32, to: Int = 64) -> Image {
        var samples = [UInt8](repeating: 220, count: side * side)
        for y in from..<to { for x in from..<to { samples[y * side + x] = 30 } }
        return Image(width: side, height: side, channels: 1, samples8: samples)
    }

    private func sketch(_ style: SketchStyle, of image: Image, seed: UInt64 = 1) -> GrayPlane {
        GrayPlane(SketchExtractor(style).sketch(of: image, random: Random(seed: seed)))
    }

    private func ink(_ plane: GrayPlane) -> Float { plane.values.reduce(0) { $0 + 1 - $1 } }

    @Test func linesFollowTheOutlineAndNothingElse() {
        let drawn = sketch(SketchStyle(technique: .lines, simplification: 0), of: square())
        for i in drawn.values.indices where drawn.values[i] < 0.5 {
            let (x, y) = (i % 96, i / 96)
            let outside = max(max(32 - x, x - 63), max(32 - y, y - 63))
            #expect(abs(outside) <= 4, "a line at \(x), \(y)")
        }
        #expect((16..<80).contains { drawn.values[48 * 96 + $0] < 0.2 }, "a row through the square crosses its outline")
        #expect(ink(drawn) > 60)
    }

    @Test(arguments: SketchStyle.Technique.allCases)
    func evenPaperStaysWhite(_ technique: SketchStyle.Technique) {
        let blank = Image(width: 40, height: 30, channels: 1, samples8: [UInt8](repeating: 255, count: 1200))
        #expect(sketch(SketchStyle(technique: technique), of: blank).values.allSatisfy { $0 > 0.99 })
    }

    @Test func inkFillsWhatIsDarkerThanItsSurroundings() {
        let drawn = sketch(SketchStyle(technique: .ink), of: square(from: 44, to: 52))
        #expect(drawn.values[48 * 96 + 48] < 0.1)
        #expect(drawn.values[5 * 96 + 5] > 0.9)
    }

    @Test func widerPensDrawMore() {
        let thin = sketch(SketchStyle(technique: .lines, lineWidth: 4, simplification: 0), of: square())
        let wide = sketch(SketchStyle(technique: .lines, lineWidth: 12, simplification: 0), of: square())
        #expect(ink(wide) > 1.5 * ink(thin))
    }

    @Test func simplificationLeavesOutSpecks() {
        let clean = square()
        var samples = [UInt8](repeating: 0, count: 96 * 96)
        if case .bits8(let old) = clean.samples { samples = old }
        for (x, y) in [(8, 8), (80, 12), (12, 80), (84, 84)] { samples[y * 96 + x] = 120 }
        let specked = Image(width: 96, height: 96, channels: 1, samples8: samples)
        let all = sketch(SketchStyle(technique: .lines, simplification: 0), of: specked)
        let main = sketch(SketchStyle(technique: .lines, simplification: 1), of: specked)
        #expect(main.values[12 * 96 + 80] > 0.9 && main.values[8 * 96 + 8] > 0.9)
        #expect(ink(main) > 20 && ink(main) < ink(all) * 1.5)
    }

    @Test func aHandStraysBySeedAndByItsJitterOnly() {
        let style = SketchStyle(technique: .lines, simplification: 0, jitter: 4)
        let steady = sketch(SketchStyle(technique: .lines, simplification: 0), of: square())
        let one = sketch(style, of: square(), seed: 1)
        #expect(one == sketch(style, of: square(), seed: 1))
        #expect(one != sketch(style, of: square(), seed: 2))
        #expect(one != steady)
        #expect(abs(ink(one) - ink(steady)) < 0.5 * ink(steady))
    }

    @Test(arguments: [(1, 1), (2, 1), (3, 3), (1, 50)]) func tinyImagesAreDrawn(_ width: Int, _ height: Int) {
        let samples = (0..<(width * height * 3)).map { UInt8($0 * 37 % 256) }
        let image = Image(width: width, height: height, channels: 3, samples8: samples)
        for technique in SketchStyle.Technique.allCases {
            let drawn = SketchExtractor(SketchStyle(technique: technique, jitter: 2)).sketch(
                of: image, random: Random(seed: 1))
            #expect(drawn.width == width && drawn.height == height && drawn.channels == 1)
        }
    }

    @Test func absurdSettingsAreBounded() {
        let style = SketchStyle(lineWidth: .nan, simplification: 7, jitter: -.infinity)
        #expect(SketchExtractor(style).style == SketchStyle(lineWidth: 0.5, simplification: 1, jitter: 0))
    }
}
