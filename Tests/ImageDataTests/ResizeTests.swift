import ImageFiles
import Testing

@testable import ImageData

@Suite struct ResizeTests {
    /// A busy gray image of 16×12 whose resampled values never have to be clipped.
    static let pattern = Image(
        width: 16, height: 12, channels: 1,
        samples8: (0..<192).map { (position: Int) -> UInt8 in
            let (x, y) = (position % 16, position / 16)
            let wave: Int = x * 37 + y * 59 + x * y * 11
            return UInt8(70 + wave % 116)
        })

    private func bytes(_ image: Image) -> [UInt8] {
        guard case .bits8(let samples) = image.samples else { return [] }
        return samples
    }

    @Test(arguments: ResizeFilter.allCases)
    func agreesWithPillow(_ filter: ResizeFilter) throws {
        for (answers, width, height) in [(PillowAnswers.small, 5, 4), (PillowAnswers.tall, 7, 17)] {
            let known = try #require(answers[filter])
            let ours = bytes(Self.pattern.resized(width: width, height: height, filter: filter))
            #expect(ours.count == known.count)
            let worst = zip(ours, known).map { abs(Int($0) - Int($1)) }.max()
            #expect(worst ?? 99 <= 1, "\(filter) to \(width)×\(height)")
        }
    }

    @Test(arguments: ResizeFilter.allCases)
    func keepsAPlainImagePlain(_ filter: ResizeFilter) {
        let plain = plainImage(13, 9, [10, 200, 77])
        for (width, height) in [(5, 20), (40, 3), (1, 1), (13, 9)] {
            let resized = plain.resized(width: width, height: height, filter: filter)
            #expect(resized == plainImage(width, height, [10, 200, 77]))
        }
    }

    @Test func sixteenBitsStay() {
        let image = Image(width: 2, height: 1, channels: 1, samples16: [1000, 1003])
        let small = image.resized(width: 1, height: 1, filter: .box)
        #expect(small.samples == .bits16([1002]))
    }

    @Test func hiddenColorDoesNotBleed() {
        let line: [[UInt8]] = [[200, 100, 50, 255], [200, 100, 50, 255], [0, 255, 0, 0], [0, 255, 0, 0]]
        let image = Image(width: 4, height: 1, channels: 4, samples8: line.flatMap { $0 })
        let small = bytes(image.resized(width: 3, height: 1, filter: .bilinear))
        #expect(Array(small[4..<7]) == [200, 100, 50], "the pixel on the seam")
        #expect((1...254).contains(small[7]))
        #expect(small[11] == 0)
    }

    @Test func brightnessSurvivesEveryFilter() {
        func mean(_ image: Image) -> Double { bytes(image).map(Double.init).reduce(0, +) / Double(image.samples.count) }
        for filter in ResizeFilter.allCases {
            let small = Self.pattern.resized(width: 4, height: 3, filter: filter)
            #expect(abs(mean(small) - mean(Self.pattern)) < 4, "\(filter)")
        }
    }
}
