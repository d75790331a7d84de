import ImageData
import ImageFiles
import Testing

@testable import Evaluation

/// The translators that have learned next to nothing.
@Suite struct BaselineTests {
    /// A ring of dark pixels on white, filled with `inside` in the target.
    private func ring(inside: [UInt8], paper: [UInt8] = [255, 255, 255]) -> (input: Image, target: Image) {
        var (input, target): ([UInt8], [UInt8]) = ([], [])
        for i in 0..<64 {
            let distance = max(abs(2 * (i % 8) - 7), abs(2 * (i / 8) - 7))
            input.append(distance == 5 ? 0 : 255)
            target += distance == 5 ? [10, 10, 10] : distance < 5 ? inside : paper
        }
        return (
            Image(width: 8, height: 8, channels: 1, samples8: input),
            Image(width: 8, height: 8, channels: 3, samples8: target)
        )
    }

    @Test func whatLinesEncloseIsToldFromThePaper() {
        let kinds = PixelKind.all(of: ring(inside: [0, 0, 0]).input)
        #expect(kinds[0] == .outside && kinds[1 * 8 + 1] == .line && kinds[2 * 8 + 2] == .enclosed)
        #expect(kinds.count { $0 == .line } == 20 && kinds.count { $0 == .enclosed } == 16)
    }

    @Test func aGapLetsThePaperIn() {
        let closed = ring(inside: [0, 0, 0]).input
        guard case .bits8(var samples) = closed.samples else { return }
        samples[1 * 8 + 3] = 255
        let open = PixelKind.all(of: Image(width: 8, height: 8, channels: 1, samples8: samples))
        #expect(open.count { $0 == .enclosed } == 0)
        // Not through the corner: regions hang together through edges only.
        samples[1 * 8 + 3] = 0
        samples[1 * 8 + 1] = 255
        let cornered = PixelKind.all(of: Image(width: 8, height: 8, channels: 1, samples8: samples))
        #expect(cornered.count { $0 == .enclosed } == 16)
    }

    @Test func regionsGetTheMeanOfTheirKindAndPaperTheMedian() {
        var colors = RegionColors(channels: 3)
        let rings: [([UInt8], [UInt8])] = [
            ([200, 0, 40], [255, 255, 255]), ([100, 0, 60], [255, 255, 255]), ([0, 0, 50], [9, 9, 9]),
        ]
        for (inside, paper) in rings {
            let pair = ring(inside: inside, paper: paper)
            colors.learn(input: pair.input, target: pair.target)
        }
        let filled = colors.fill(ring(inside: [0, 0, 0]).input)
        #expect(filled == ring(inside: [100, 0, 50]).target)
    }

    @Test func theNearestInputIsFoundAlsoMirrored() {
        func bar(at x: Int) -> Image {
            let samples = (0..<64 * 64).map { UInt8(abs($0 % 64 - x) < 3 ? 0 : 255) }
            return Image(width: 64, height: 64, channels: 1, samples8: samples)
        }
        func memory(mirrors: Bool) -> NearestInput {
            var memory = NearestInput(mirrors: mirrors)
            for (index, x) in [10, 30].enumerated() { memory.learn(bar(at: x), index: 5 + index) }
            return memory
        }
        #expect(memory(mirrors: false).matches(bar(at: 12), count: 1).first == .init(index: 5, isMirrored: false))
        #expect(memory(mirrors: false).matches(bar(at: 27), count: 1).first == .init(index: 6, isMirrored: false))
        #expect(memory(mirrors: true).matches(bar(at: 54), count: 1).first == .init(index: 5, isMirrored: true))
        #expect(NearestInput(mirrors: true).matches(bar(at: 1), count: 3).isEmpty)
    }
}
