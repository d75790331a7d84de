import Foundation
import ImageData
import ImageFiles
import TensorCore
import Testing
import Training

/// The picture proper inside the network's square.
@Suite struct PictureFormatTests {
    @Test(arguments: [(32, 28, 28), (16, 16, 16), (16, 13, 16), (32, 27, 20), (16, 1, 1)])
    func cuttingOutUndoesTheBorder(size: Int, width: Int, height: Int) {
        let format = PictureFormat(size: size, channels: 3, contentWidth: width, contentHeight: height)
        let pictures = Random(seed: 1).normal([2, 3, height, width])
        let squares = format.bordered(pictures)
        #expect(squares.shape == [2, 3, size, size])
        #expect(format.content(of: squares).values == pictures.values)
    }

    @Test func theBorderIsBlack() {
        let format = PictureFormat(size: 4, channels: 1, contentWidth: 2, contentHeight: 2)
        let square = format.bordered(Tensor([1, 2, 3, 4], shape: [1, 1, 2, 2]))
        #expect(square.values == [-1, -1, -1, -1, -1, 1, 2, -1, -1, 3, 4, -1, -1, -1, -1, -1])
    }

    /// Generated pictures are judged by classifiers that were trained on batches: both have to meet the same border.
    @Test func theBorderIsThatOfBatches() throws {
        let image = Image(width: 28, height: 28, channels: 1, samples8: (0..<784).map { UInt8($0 * 7 % 256) })
        let frame = PictureFrame(width: 32, height: 32, channels: 1, fit: .pad)
        let format = PictureFormat(size: 32, channels: 1, contentWidth: 28, contentHeight: 28)
        #expect(Tensor(frame.frame(image)).values == format.bordered(Tensor(image)).values)
    }

    @Test func aPictureFillsItsSquareUnlessToldOtherwise() throws {
        let format = PictureFormat(size: 64, channels: 3)
        #expect(format.contentWidth == 64 && format.contentHeight == 64)
        let narrow = PictureFormat(size: 32, channels: 1, contentWidth: 20, contentHeight: 28)
        let copy = try JSONDecoder().decode(PictureFormat.self, from: JSONEncoder().encode(narrow))
        #expect(copy == narrow)
        #expect(narrow.content(of: .zeros([1, 1, 32, 32])).shape == [1, 1, 28, 20])
    }
}
