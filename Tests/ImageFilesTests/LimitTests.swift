import TestSupport
import Testing

@testable import ImageFiles

@Suite struct LimitTests {
    static func isTooLarge(_ error: any Error) -> Bool {
        if case ImageError.tooLarge = error { true } else { false }
    }

    static func isTruncated(_ error: any Error) -> Bool {
        if case ImageError.truncated = error { true } else { false }
    }

    /// A PNG that says what its header says and has no pixels.
    static func hugePNG(_ width: Int, _ height: Int) -> [UInt8] {
        PNGBytes.signature + PNGBytes.header(width: width, height: height, depth: 8, color: 6)
            + PNGBytes.chunk("IDAT", [0x78, 0x9C, 3, 0, 0, 0, 0, 1]) + PNGBytes.chunk("IEND", [])
    }

    static func hugeJPEG(_ width: Int, _ height: Int) throws -> [UInt8] {
        var bytes = try Fixture.contents("baseline-444.jpg")
        let frame = try #require(bytes.indices.dropLast().first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 })
        let size = [height >> 8, height & 255, width >> 8, width & 255].map { UInt8($0) }
        bytes.replaceSubrange(frame + 5..<frame + 9, with: size)
        return bytes
    }

    @Test func aHugeHeaderIsRefusedBeforeMemoryIsTaken() throws {
        let png = Self.hugePNG(60_000, 60_000), jpeg = try Self.hugeJPEG(60_000, 60_000)
        #expect(performing: { try Image.decode(png, name: "image") }, throws: Self.isTooLarge)
        #expect(performing: { try Image.decode(jpeg, name: "image") }, throws: Self.isTooLarge)
        #expect(performing: { try Image.decode(png, name: "image", allowPartial: true) }, throws: Self.isTooLarge)
        #expect(
            performing: { try Image.decode(Self.hugePNG(Int(Int32.max), Int(Int32.max)), name: "image") },
            throws: Self.isTooLarge)
    }

    @Test func aHugeHeaderWithinTheLimitsOnATinyFileIsTruncated() throws {
        let png = Self.hugePNG(16_000, 16_000), jpeg = try Self.hugeJPEG(16_000, 16_000)
        #expect(performing: { try Image.decode(png, name: "image") }, throws: Self.isTruncated)
        #expect(performing: { try Image.decode(jpeg, name: "image") }, throws: Self.isTruncated)
    }

    @Test func headersOfHugeImagesCanStillBeRead() throws {
        let folder = try TemporaryFolder()
        let header = try Image.header(of: folder.file("huge.png", Self.hugePNG(60_000, 60_000)))
        #expect(header.width == 60_000 && header.height == 60_000 && header.channels == 4)
        let jpeg = try Image.header(of: folder.file("huge.jpg", Self.hugeJPEG(60_000, 50_000)))
        #expect(jpeg.width == 60_000 && jpeg.height == 50_000 && jpeg.channels == 3)
    }

    @Test(arguments: ["rgb8.png", "baseline-444.jpg", "progressive-444.jpg", "orientation6.png", "orientation6.jpg"])
    func everyLimitHolds(name: String) throws {
        let bytes = try Fixture.contents(name)
        let image = try Fixture.named(name).expected
        let (width, height) = (image.width, image.height)
        let pixels = width * height
        let roomy = 1 << 24
        #expect(throws: Never.self) {
            try Image.decode(
                bytes, name: "image",
                limits: ImageLimits(maxWidth: width, maxHeight: height, maxPixels: pixels, maxBytes: roomy))
        }
        for limits in [
            ImageLimits(maxWidth: width - 1, maxHeight: height, maxPixels: pixels, maxBytes: roomy),
            ImageLimits(maxWidth: width, maxHeight: height - 1, maxPixels: pixels, maxBytes: roomy),
            ImageLimits(maxWidth: width, maxHeight: height, maxPixels: pixels - 1, maxBytes: roomy),
            ImageLimits(maxWidth: width, maxHeight: height, maxPixels: pixels, maxBytes: pixels * 3 - 1),
            ImageLimits(maxWidth: -1, maxHeight: height, maxPixels: pixels, maxBytes: roomy),
        ] {
            #expect(performing: { try Image.decode(bytes, name: "image", limits: limits) }, throws: Self.isTooLarge)
        }
    }

    @Test func aFileOverTheLimitIsNotRead() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("zeros.png", [UInt8](repeating: 0, count: 4096))
        let limits = ImageLimits(maxWidth: 9, maxHeight: 9, maxPixels: 9, maxBytes: 4095)
        #expect(performing: { try Image.read(path, limits: limits) }, throws: Self.isTooLarge)
    }

    /// Half a gigabyte of zeros in half a megabyte of compressed text.
    @Test func textBombsAreLeftOut() throws {
        let bomb = PNGBytes.zeros(megabytes: 64)
        let bytes = try Fixture.contents("rgb8.png")
        let text = PNGBytes.chunk("zTXt", Array("Bomb".utf8) + [0, 0] + bomb)
        let packed = Array(bytes[..<33]) + (0..<8).flatMap { _ in text } + Array(bytes[33...])
        let image = try Image.decode(packed, name: "image")
        #expect(image.metadata.text.isEmpty)
        #expect(try image.samples == Fixture.named("rgb8.png").expected.samples)
    }

    @Test func profileBombsDoNotTakeMemory() throws {
        let bytes = try Fixture.contents("rgb8.png")
        let profile = PNGBytes.chunk("iCCP", Array("Bomb".utf8) + [0, 0] + PNGBytes.zeros(megabytes: 64))
        let image = try Image.decode(Array(bytes[..<33]) + profile + Array(bytes[33...]), name: "image")
        #expect(image.metadata.iccProfile == nil)
    }

    @Test func aJPEGOfEndlessScansIsRefused() throws {
        var bytes = try Fixture.contents("progressive-444.jpg")
        let scan = try #require(bytes.indices.dropLast().last { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xDA })
        let last = Array(bytes[scan..<bytes.count - 2])
        bytes.removeLast(2)
        for _ in 0..<300 { bytes += last }
        bytes += [0xFF, 0xD9]
        #expect {
            try Image.decode(bytes, name: "image")
        } throws: {
            if case ImageError.unsupported = $0 { true } else { false }
        }
    }
}
