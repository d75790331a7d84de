import ImageFiles
import TensorCore
import Testing

@testable import ImageData

@Suite struct SampleSheetTests {
    private func count(_ level: UInt8, in image: Image) -> Int {
        guard case .bits8(let samples) = image.samples else { return 0 }
        return samples.filter { $0 == level }.count
    }

    @Test func gridShowsEveryImage() {
        let values = (0..<6).flatMap { [Float](repeating: $0 % 2 == 0 ? -1 : 1, count: 64) }
        let sheet = SampleSheet.make(images: Tensor(values, shape: [6, 1, 8, 8]), columns: 3, scale: 2)
        #expect(sheet.channels == 1)
        #expect(sheet.width == 3 * 16 + 2 * 4 + 2 * 4 && sheet.height == 2 * 16 + 4 + 2 * 4)
        #expect(count(0, in: sheet) == 3 * 256 && count(255, in: sheet) == 3 * 256)
    }

    @Test func captionsAndTitleTakeRoom() {
        let images = Tensor.ones([4, 3, 28, 28])
        let bare = SampleSheet.make(images: images, columns: 2)
        let labeled = SampleSheet.make(
            images: images, columns: 2, labels: ["Ankle boot", "Łódź"], title: "Samples at step 500")
        #expect(bare.channels == 3)
        #expect(labeled.width > bare.width && labeled.height > bare.height)
        #expect(count(255, in: labeled) == 4 * 56 * 56 * 3, "28×28 is shown twice as large")
        #expect(count(32, in: labeled) > 100, "there is ink")
        #expect(count(32, in: bare) == 0)
    }

    @Test func contentIsCutOut() {
        let sheet = SampleSheet.make(
            images: Tensor.ones([1, 1, 32, 32]), columns: 1, scale: 1,
            content: FrameContent(x: 2, y: 2, width: 28, height: 28))
        #expect(count(255, in: sheet) == 28 * 28)
    }

    @Test func unevenImagesAndTinySheets() {
        let sheet = SampleSheet.make(
            images: [plainImage(4, 2, [1]), plainImage(2, 6, [9, 9, 9, 255])], columns: 5, padding: 0, scale: 1,
            labels: ["a very long caption", "", "more than rows"])
        #expect(count(1, in: sheet) == 8 * 3 && count(9, in: sheet) == 12 * 3)
        _ = SampleSheet.make(images: [], labels: ["none"], title: "empty")
    }

    @Test func everyPrintableCharacterHasItsOwnShape() {
        let printable = (33...126).map { Character(Unicode.Scalar(UInt8($0))) }
        let shapes = printable.map { BitmapFont.rows(of: $0) }
        #expect(Set(shapes).count == printable.count)
        #expect(shapes.allSatisfy { rows in rows.count == BitmapFont.height && rows.allSatisfy { $0 < 32 } })
        #expect(shapes.allSatisfy { $0.contains { $0 != 0 } })
        #expect(!shapes.contains(BitmapFont.rows(of: "é")))
    }
}
