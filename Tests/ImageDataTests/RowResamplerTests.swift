import ImageFiles
import Testing

@testable import ImageData

@Suite struct RowResamplerTests {
    @Test(arguments: [(20, 31), (97, 14), (41, 29), (5, 60), (1, 1)], [1, 2, 3, 4])
    func resizesAsTheWholeImageIsResized(size: (Int, Int), channels: Int) throws {
        let samples = (0..<41 * 29 * channels).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 11) }
        for bits in [8, 16] {
            let small = Image(width: 41, height: 29, channels: channels, samples8: samples)
            let image = bits == 8 ? small : small.converted16()
            var parts: [Image] = []
            let resampler = RowResampler(
                from: (41, 29), to: size, channels: channels, bitDepth: bits, filter: .lanczos3
            ) { parts.append($0) }
            let rows = image.rows()
            while let strip = try rows.next(6) { try resampler.push(strip) }
            let whole = image.resized(width: size.0, height: size.1, filter: .lanczos3)
            switch (Image(stacking: parts).samples, whole.samples) {
            case (.bits8(let made), .bits8(let expected)):
                #expect(made.count == expected.count)
                #expect(zip(made, expected).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
            case (.bits16(let made), .bits16(let expected)):
                #expect(made.count == expected.count)
                #expect(zip(made, expected).allSatisfy { abs(Int($0) - Int($1)) <= 40 })
            default: Issue.record("the depth has changed")
            }
        }
    }
}
