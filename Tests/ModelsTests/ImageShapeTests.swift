import Foundation
import ImageData
import ImageFiles
import Models
import TensorCore
import Testing

/// The image proper inside the network's square.
@Suite struct ImageShapeTests {
    @Test(arguments: [(32, 28, 28), (16, 16, 16), (16, 13, 16), (32, 27, 20), (16, 1, 1)])
    func cuttingOutUndoesTheBorder(size: Int, width: Int, height: Int) {
        let format = ImageShape(size: size, channels: 3, contentWidth: width, contentHeight: height)
        let images = Random(seed: 1).normal([2, 3, height, width])
        let squares = format.bordered(images)
        #expect(squares.shape == [2, 3, size, size])
        #expect(format.content(of: squares).values == images.values)
    }

    @Test func theBorderIsBlack() {
        let format = ImageShape(size: 4, channels: 1, contentWidth: 2, contentHeight: 2)
        let square = format.bordered(Tensor([1, 2, 3, 4], shape: [1, 1, 2, 2]))
        #expect(square.values == [-1, -1, -1, -1, -1, 1, 2, -1, -1, 3, 4, -1, -1, -1, -1, -1])
    }

    /// Generated images are judged by classifiers that were trained on batches: both have to meet the same border.
    @Test func theBorderIsThatOfBatches() throws {
        let image = Image(width: 28, height: 28, channels: 1, samples8: (0..<784).map { UInt8($0 * 7 % 256) })
        let frame = ImageFrame(width: 32, height: 32, channels: 1, fit: .pad)
        let format = ImageShape(size: 32, channels: 1, contentWidth: 28, contentHeight: 28)
        #expect(Tensor(frame.frame(image)).values == format.bordered(Tensor(image)).values)
    }

    @Test func aImageFillsItsSquareUnlessToldOtherwise() throws {
        let format = ImageShape(size: 64, channels: 3)
        #expect(format.contentWidth == 64 && format.contentHeight == 64)
        let narrow = ImageShape(size: 32, channels: 1, contentWidth: 20, contentHeight: 28)
        let copy = try JSONDecoder().decode(ImageShape.self, from: JSONEncoder().encode(narrow))
        #expect(copy == narrow)
        #expect(narrow.content(of: .zeros([1, 1, 32, 32])).shape == [1, 1, 28, 20])
    }
}
