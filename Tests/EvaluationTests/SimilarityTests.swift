import Evaluation
import ImageFiles
import TestSupport
import Testing

/// Figures of similarity against scikit-image's, and at their ends.
@Suite struct SimilarityTests {
    private func planes(_ values: KnownAnswer.Values) -> PixelPlanes {
        let (height, width) = (values.shape[1], values.shape[2])
        let area = height * width
        return PixelPlanes(
            width: width, height: height,
            planes: (0..<values.shape[0]).map { values.scalars[($0 * area)..<(($0 + 1) * area)].map(Double.init) })
    }

    @Test func agreeWithScikitImage() throws {
        let cases = try KnownAnswer.cases(of: "similarity")
        #expect(cases.count == 4)
        for answer in cases {
            let (a, b) = (planes(try answer.tensor("a")), planes(try answer.tensor("b")))
            let color = ImageSimilarity(a, b)
            #expect(abs(color.l1 - (try answer.number("l1"))) < 1e-6, "\(answer)")
            #expect(abs(color.psnr - (try answer.number("psnr"))) < 1e-4, "\(answer)")
            #expect(abs(try #require(color.ssim) - (try answer.number("ssim"))) < 1e-6, "\(answer)")
            guard answer.has(attribute: "yPSNR") else { continue }
            let border = try answer.integer("border")
            let y = ImageSimilarity(
                try #require(a.luminance.shaved(by: border)), try #require(b.luminance.shaved(by: border)))
            #expect(abs(y.l1 - (try answer.number("yL1"))) < 1e-6, "\(answer) on Y")
            #expect(abs(y.psnr - (try answer.number("yPSNR"))) < 1e-4, "\(answer) on Y")
            #expect(abs(try #require(y.ssim) - (try answer.number("ySSIM"))) < 1e-6, "\(answer) on Y")
        }
    }

    @Test func equalAndOppositeImagesAreAtTheEnds() throws {
        func plain(_ level: UInt8) -> PixelPlanes {
            PixelPlanes(Image(width: 12, height: 12, channels: 1, samples8: [UInt8](repeating: level, count: 144)))
        }
        let equal = ImageSimilarity(plain(90), plain(90))
        #expect(equal.l1 == 0 && equal.psnr == .infinity)
        #expect(abs(try #require(equal.ssim) - 1) < 1e-9)
        let opposite = ImageSimilarity(plain(0), plain(255))
        #expect(opposite.l1 == 1 && opposite.psnr == 0)
        #expect(try #require(opposite.ssim) < 0.01)
        let mean = try #require(ImageSimilarity(meanOf: [opposite, ImageSimilarity(plain(0), plain(0))]))
        #expect(mean.l1 == 0.5 && abs(mean.psnr - 58.922 / 2) < 0.001)
        #expect(ImageSimilarity(meanOf: []) == nil)
    }

    @Test func depthAndAlphaDoNotChangeTheScale() {
        let deep = PixelPlanes(Image(width: 1, height: 1, channels: 1, samples16: [65535]))
        #expect(deep.planes == [[255]])
        let clear = PixelPlanes(Image(width: 1, height: 1, channels: 4, samples8: [10, 20, 30, 0]))
        #expect(clear.planes == [[255], [255], [255]])
    }

    @Test func luminanceIsThatOfVideo() {
        let colors = PixelPlanes(width: 3, height: 1, planes: [[0, 255, 255], [0, 255, 0], [0, 255, 0]])
        #expect(zip(colors.luminance.planes[0], [16, 235, 81.481]).allSatisfy { abs($0 - $1) < 1e-9 })
        let gray = PixelPlanes(width: 2, height: 1, planes: [[0, 255]])
        #expect(zip(gray.luminance.planes[0], [16, 235]).allSatisfy { abs($0 - $1) < 1e-9 })
    }

    @Test func smallImagesHaveWhatTheyCanHave() {
        let small = PixelPlanes(width: 10, height: 12, planes: [[Double](repeating: 1, count: 120)])
        #expect(structuralSimilarity(small, small) == nil)
        #expect(ImageSimilarity(small, small).l1 == 0)
        #expect(small.shaved(by: 5) == nil)
        #expect(small.shaved(by: 4)?.width == 2)
        let numbers = PixelPlanes(width: 3, height: 3, planes: [(0..<9).map(Double.init)])
        #expect(numbers.shaved(by: 1)?.planes == [[4]])
    }
}
