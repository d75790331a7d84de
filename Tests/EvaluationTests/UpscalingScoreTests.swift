import ImageFiles
import TensorCore
import Testing

@testable import Evaluation

@Suite struct UpscalingScoreTests {
    private func image(_ side: Int, seed: UInt64, channels: Int = 3) -> Image {
        let samples = Random(seed: seed).integers(side * side * channels, in: 0..<256).map { UInt8($0) }
        return Image(width: side, height: side, channels: channels, samples8: samples)
    }

    @Test func theBorderDoesNotCount() throws {
        let truth = image(24, seed: 1)
        guard case .bits8(var samples) = truth.samples else { return }
        for x in 0..<24 { for row in [0, 3, 20, 23] { samples[(row * 24 + x) * 3] ^= 0xFF } }
        let other = Image(width: 24, height: 24, channels: 3, samples8: samples)
        let without = try #require(UpscalingScores(other, truth: truth, border: 4))
        #expect(without.psnrY == .infinity && without.psnr == .infinity && without.ssimY == 1)
        let with = try #require(UpscalingScores(other, truth: truth, border: 3))
        #expect(with.psnrY < 40 && with.psnr < with.psnrY)
        #expect(UpscalingScores(other, truth: truth, border: 12) == nil)
    }

    @Test func luminanceIsThatOfTheField() throws {
        // One level of green alone is 128.553/255 of Y.
        let truth = Image(width: 20, height: 20, channels: 3, samples8: [UInt8](repeating: 100, count: 1200))
        let green = Image(
            width: 20, height: 20, channels: 3, samples8: (0..<1200).map { $0 % 3 == 1 ? 101 : 100 })
        let figures = try #require(UpscalingScores(green, truth: truth, border: 2))
        #expect(abs(figures.psnrY - 54.0799) < 1e-3 && abs(figures.psnr - 52.9021) < 1e-3)
    }

    @Test func meansAreThoseOfTheFigures() throws {
        let truth = image(20, seed: 1)
        let two = try [2, 3].map { try #require(UpscalingScores(image(20, seed: $0), truth: truth, border: 2)) }
        let mean = try #require(UpscalingScores(meanOf: two))
        #expect(mean.psnrY == (two[0].psnrY + two[1].psnrY) / 2 && mean.named["psnr-y"] == mean.psnrY)
        #expect(UpscalingScores(meanOf: []) == nil)
        let evaluation = UpscalingEvaluation(
            rows: [.init(name: "ours", figures: mean)], images: 2, border: 2, scale: 2)
        #expect(evaluation.text.contains("2 images, ×2") && evaluation.text.contains("ours"))
    }
}
