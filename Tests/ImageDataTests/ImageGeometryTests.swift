import ImageFiles
import Testing

@testable import ImageData

@Suite struct ImageGeometryTests {
    private let image = Image(width: 3, height: 2, channels: 1, samples8: [1, 2, 3, 4, 5, 6])

    @Test func crops() {
        #expect(image.cropped(x: 1, y: 1, width: 2, height: 1).samples == .bits8([5, 6]))
    }

    @Test func pads() {
        #expect(
            image.padded(left: 1, top: 1, right: 0, bottom: 0).samples
                == .bits8([0, 0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6]))
        #expect(
            image.padded(left: 0, top: 0, right: 2, bottom: 0, with: .edge).samples
                == .bits8([1, 2, 3, 3, 3, 4, 5, 6, 6, 6]))
        let wide = Image(width: 1, height: 1, channels: 2, samples16: [7, 8])
        #expect(wide.padded(left: 1, top: 0, right: 0, bottom: 0).samples == .bits16([0, 65535, 7, 8]))
        #expect(
            wide.padded(left: 1, top: 0, right: 0, bottom: 0, with: .white).samples
                == .bits16([65535, 65535, 7, 8]))
    }

    @Test func flipsAndUpscales() {
        #expect(image.flippedHorizontally().samples == .bits8([3, 2, 1, 6, 5, 4]))
        #expect(image.flippedVertically().samples == .bits8([4, 5, 6, 1, 2, 3]))
        #expect(
            image.cropped(x: 0, y: 0, width: 2, height: 1).upscaled(by: 2).samples
                == .bits8([1, 1, 2, 2, 1, 1, 2, 2]))
    }

    @Test func fitsKeepProportionsOrNot() {
        let wide = plainImage(40, 20, [255])
        let padded = wide.fitted(width: 20, height: 20, .pad)
        #expect(padded.cropped(x: 0, y: 0, width: 20, height: 5) == plainImage(20, 5, [0]))
        #expect(padded.cropped(x: 0, y: 5, width: 20, height: 10) == plainImage(20, 10, [255]))
        #expect(wide.fitted(width: 20, height: 20, .crop) == plainImage(20, 20, [255]))
        #expect(wide.fitted(width: 8, height: 30, .squeeze) == plainImage(8, 30, [255]))
        let halves = Image(
            width: 4, height: 2, channels: 1, samples8: [0, 100, 100, 0, 0, 100, 100, 0])
        #expect(halves.fitted(width: 2, height: 2, .crop) == plainImage(2, 2, [100]), "the middle is kept")
    }

    @Test func nearlyFittingImagesKeepTheirPixels() {
        let frame = ImageSize(width: 32, height: 32)
        #expect(
            Fit.pad.content(of: ImageSize(width: 28, height: 28), in: frame)
                == FrameContent(x: 2, y: 2, width: 28, height: 28))
        #expect(
            Fit.pad.content(of: ImageSize(width: 16, height: 8), in: frame)
                == FrameContent(x: 0, y: 8, width: 32, height: 16))
        #expect(
            Fit.pad.content(of: ImageSize(width: 1000, height: 10), in: frame)
                == FrameContent(x: 0, y: 15, width: 32, height: 1))
    }

    @Test func convertsChannels() {
        let color = Image(width: 1, height: 1, channels: 3, samples8: [255, 0, 0])
        #expect(color.converted(channels: 1).samples == .bits8([76]))
        #expect(color.converted(channels: 4).samples == .bits8([255, 0, 0, 255]))
        let gray = Image(width: 1, height: 1, channels: 1, samples16: [300])
        #expect(gray.converted(channels: 3).samples == .bits16([300, 300, 300]))
        let glass = Image(width: 2, height: 1, channels: 4, samples8: [0, 0, 0, 0, 100, 0, 0, 128])
        #expect(glass.converted(channels: 3).samples == .bits8([255, 255, 255, 177, 127, 127]))
        #expect(
            glass.converted(channels: 3, background: .black).samples == .bits8([0, 0, 0, 50, 0, 0]))
        #expect(
            glass.converted(channels: 2).samples == .bits8([0, 0, 30, 128]), "alpha that can stay is not flattened")
    }

    @Test func profileOfColorDoesNotStayWithGray() {
        var color = plainImage(1, 1, [1, 2, 3])
        color.metadata.iccProfile = [1, 2, 3]
        #expect(color.converted(channels: 1).metadata.iccProfile == nil)
        #expect(color.converted(channels: 4).metadata.iccProfile == [1, 2, 3])
    }
}
