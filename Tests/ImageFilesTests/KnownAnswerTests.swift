import TestSupport
import Testing

@testable import ImageFiles

@Suite struct KnownAnswerTests {
    @Test func thereAreFixtures() {
        #expect(Fixture.png.count >= 60)
        #expect(Fixture.jpeg.count >= 25)
    }

    @Test(arguments: Fixture.png)
    func pngDecodesExactly(fixture: Fixture) throws {
        let image = try Image.read(fixture.path)
        #expect(image.width == fixture.expected.width)
        #expect(image.height == fixture.expected.height)
        #expect(image.channels == fixture.expected.channels)
        #expect(image.samples == fixture.expected.samples)
        #expect(image.metadata.sourceFormat == .png)
        #expect(image.metadata.sourceBitDepth == fixture.depth)
        #expect(!image.metadata.isPartial)
    }

    /// Another release of the library may round its transforms another way: one step is allowed, two for CMYK, where
    /// two rounded factors are multiplied.
    @Test(arguments: Fixture.jpeg)
    func jpegDecodesAsPillowDoes(fixture: Fixture) throws {
        let image = try Image.read(fixture.path)
        #expect(try image.largestDifference(from: fixture.expected) <= (fixture.isCMYK ? 2 : 1))
        #expect(image.metadata.sourceFormat == .jpeg)
        #expect(!image.metadata.isPartial)
    }

    @Test(arguments: Fixture.all)
    func headerAgreesWithPixels(fixture: Fixture) throws {
        let header = try Image.header(of: fixture.path)
        #expect(header.width == fixture.expected.width)
        #expect(header.height == fixture.expected.height)
        #expect(header.channels == fixture.expected.channels)
        #expect(header.bitDepth == fixture.depth)
        #expect(header.orientation == fixture.orientation)
        #expect(header.format == (fixture.isPNG ? .png : .jpeg))
    }

    /// More than a reader looks at first.
    @Test func headersAreFoundBehindLongMetadata() throws {
        let folder = try TemporaryFolder()
        let jpeg = try Fixture.contents("orientation6.jpg")
        let comment = [0xFF, 0xFE, 0xFF, 0xF0] + [UInt8](repeating: 32, count: 0xFFEE)
        let long = try Image.header(of: folder.file("long.jpg", Array(jpeg[..<2]) + comment + comment + jpeg[2...]))
        #expect(long.width == 16 && long.height == 24 && long.orientation == 6)
        let png = try Fixture.contents("orientation6.png")
        let text = PNGBytes.chunk("tEXt", Array("Comment".utf8) + [UInt8](repeating: 0, count: 1 << 17))
        let deep = try Image.header(of: folder.file("long.png", Array(png[..<33]) + text + png[33...]))
        #expect(deep.width == 6 && deep.height == 9 && deep.orientation == 6)
    }

    @Test(arguments: Fixture.all.filter { $0.orientation > 1 })
    func orientationIsAppliedOnce(fixture: Fixture) throws {
        let image = try Image.read(fixture.path)
        for options in [EncodingOptions.png(), .jpeg(.init(quality: 100))] {
            let folder = try TemporaryFolder()
            let path = folder.path + "/again." + options.format.fileExtension
            try image.write(to: path, options: options)
            #expect(try Image.header(of: path).orientation == 1)
            #expect(try Image.read(path).largestDifference(from: image) <= 12)
        }
    }
}
