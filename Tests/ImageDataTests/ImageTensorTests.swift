import ImageFiles
import TensorCore
import Testing

@testable import ImageData

@Suite struct ImageTensorTests {
    @Test func everyLevelComesBack() {
        let gray = Image(width: 16, height: 16, channels: 1, samples8: (0...255).map { UInt8($0) })
        let tensor = Tensor(gray)
        #expect(tensor.shape == [1, 1, 16, 16])
        #expect(tensor.values.first == -1 && tensor.values.last == 1)
        #expect(Image(tensor) == gray)
        let deep = Image(width: 256, height: 256, channels: 1, samples16: (0...65535).map { UInt16($0) })
        #expect(Image(Tensor(deep), bitDepth: 16) == deep)
    }

    @Test func pixelsBecomePlanes() {
        let image = Image(width: 2, height: 1, channels: 3, samples8: [0, 255, 0, 255, 0, 255])
        #expect(Tensor(image).values == [-1, 1, 1, -1, -1, 1])
        #expect(Tensor(image, channels: 1).shape == [1, 1, 1, 2])
        #expect(Image(Tensor(image)) == image)
    }

    @Test func alphaIsFlattenedOrKept() {
        let clear = Image(width: 1, height: 1, channels: 4, samples8: [0, 0, 0, 0])
        #expect(Tensor(clear).values == [1, 1, 1])
        #expect(Tensor(clear, background: .black).values == [-1, -1, -1])
        #expect(Tensor(clear, channels: 4).values == [-1, -1, -1, -1])
        #expect(Tensor(clear, channels: 1).values == [1])
    }

    @Test func valuesBeyondTheRangeAreClipped() {
        let wild = Tensor([-7, 7, .nan, .infinity, -.infinity, 0], shape: [1, 1, 2, 3])
        #expect(Image(wild).samples == .bits8([0, 255, 128, 255, 0, 128]))
        #expect(Image(Tensor([Float.nan], shape: [1, 1, 1]), bitDepth: 16).samples == .bits16([32768]))
    }

    @Test func imagesOfABatch() {
        let batch = Tensor((0..<8).map { Float($0) / 127.5 - 1 }, shape: [2, 1, 2, 2])
        let images = Image.images(of: batch)
        #expect(images.map(\.samples) == [.bits8([0, 1, 2, 3]), .bits8([4, 5, 6, 7])])
        #expect(Image(batch, index: 1) == images[1])
    }
}
