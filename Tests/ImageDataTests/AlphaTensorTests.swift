import ImageFiles
import TensorCore
import Testing

@testable import ImageData

/// Images with alpha, as networks see them.
@Suite struct AlphaTensorTests {
    /// Opaque red, half-transparent green, transparent blue, and a half-transparent gray.
    private static let image = Image(
        width: 2, height: 2, channels: 4,
        samples8: [255, 0, 0, 255, 0, 255, 0, 128, 0, 0, 255, 0, 100, 100, 100, 51])

    private static func planes() -> [UInt8] {
        ImageFrame(width: 2, height: 2, channels: 4).planes(of: image)
    }

    @Test func colorsAreMultipliedByAlpha() {
        #expect(Self.planes() == [255, 0, 0, 20, 0, 128, 0, 20, 0, 0, 0, 20, 255, 128, 0, 51])
        // What has no alpha is opaque.
        let gray = Image(width: 1, height: 1, channels: 1, samples8: [7])
        #expect(ImageFrame(width: 1, height: 1, channels: 4).planes(of: gray) == [7, 7, 7, 255])
        #expect(ImageFrame(width: 1, height: 1, channels: 2).planes(of: gray) == [7, 255])
    }

    @Test func generatedColorsAreDividedByAlpha() {
        let premultiplied = Tensor(Self.planes().map { Float($0) / 127.5 - 1 }, shape: [1, 4, 2, 2])
        guard case .bits8(let samples) = Image.images(of: premultiplied.straightAlpha)[0].samples else { return }
        #expect(samples == [255, 0, 0, 255, 0, 255, 0, 128, 0, 0, 0, 0, 100, 100, 100, 51])
    }

    @Test func imagesWithoutAlphaStayAsTheyAre() {
        let color = Random(seed: 1).normal([2, 3, 2, 2])
        #expect(color.straightAlpha.values == color.values && color.onWhite.values == color.values)
    }

    @Test func transparencyIsSeenOnWhite() {
        let clear = Tensor([-1, 1, 0.5, -1, 1, 0], shape: [1, 2, 1, 3])
        #expect(clear.onWhite.values == [1, 1, 0.75])
    }
}
