import Testing

@testable import ImageFiles

@Suite struct SampleTests {
    @Test func narrowingRoundsToNearestAndUndoesWidening() throws {
        let wide = Image(width: 256, height: 256, channels: 1, samples16: (0...65535).map { UInt16($0) })
        let expected = (0...65535).map { UInt8((Double($0) / 257).rounded()) }
        #expect(try wide.converted8().samples8() == expected)
        let narrow = Image(width: 16, height: 16, channels: 1, samples8: (0...255).map { UInt8($0) })
        #expect(try narrow.converted16().samples16() == (0...255).map { UInt16($0) * 257 })
        #expect(narrow.converted16().converted8() == narrow)
        #expect(narrow.converted8() == narrow && wide.converted16() == wide)
    }

    @Test func transparencyIsFlattenedForJPEG() throws {
        let image = Image(
            width: 3, height: 1, channels: 4,
            samples8: [200, 100, 0, 255, 200, 100, 0, 0, 200, 100, 0, 128])
        #expect(try image.flattened8(on: (255, 255, 255)).samples8() == [200, 100, 0, 255, 255, 255, 227, 177, 127])
        let gray = Image(width: 2, height: 1, channels: 2, samples16: [65535, 65535, 65535, 0])
        #expect(try gray.flattened8(on: (0, 0, 0)).samples8() == [255, 0])
        let decoded = try Image.decode(image.encoded(as: .jpeg()), name: "image")
        #expect(decoded.channels == 3)
    }

    @Test func sixteenBitsBecomeEightOnlyOnRequest() throws {
        let image = Image.sample(width: 9, height: 5, channels: 3, bits: 16)
        #expect(try Image.decode(image.encoded(as: .png()), name: "image").samples == image.samples)
        let narrow = try Image.decode(image.encoded(as: .png(.init(bitDepth: 8))), name: "image")
        #expect(narrow.samples == image.converted8().samples)
        let wide = try Image.decode(
            image.converted8().encoded(as: .png(.init(bitDepth: 16))), name: "image")
        #expect(wide.bitDepth == 16)
    }

    @Test func extensionsNameFormats() {
        #expect(ImageFormat(path: "a/b.c/photo.JPeG") == .jpeg)
        #expect(ImageFormat(path: "photo.png") == .png)
        #expect(ImageFormat(path: "a.png/photo") == nil)
        #expect(ImageFormat(path: "") == nil)
        #expect(ImageFormat(fileExtension: "psd") == nil)
        #expect(ImageFormat(writtenPath: "a.TIFF") == .tiff)
        #expect(ImageFormat(path: "a.gif") == .gif && ImageFormat(writtenPath: "a.gif") == nil)
        #expect(ImageFormat.writtenEndings == ".png, .jpg, .webp or .tif")
    }
}
