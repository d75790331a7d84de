import Testing

@testable import ImageFiles

@Suite struct MetadataTests {
    @Test func pngMetadataAreRead() throws {
        let metadata = try Image.read(Fixture.named("metadata.png").path).metadata
        #expect(try metadata.iccProfile == Fixture.contents("srgb.icc"))
        #expect(metadata.density == .init(x: 11811, y: 5906))
        #expect(
            metadata.text == [
                .init(keyword: "Author", value: "André"),
                .init(keyword: "Comment", value: String(repeating: "packed ", count: 20)),
                .init(keyword: "Title", value: "Grüße, 世界"),
                .init(keyword: "Software", value: "naïve"),
            ])
        #expect(metadata.xmp?.contains("<tiff:Orientation>6</tiff:Orientation>") == true)
    }

    @Test func jpegMetadataAreReadUpright() throws {
        let metadata = try Image.read(Fixture.named("metadata.jpg").path).metadata
        #expect(try metadata.iccProfile == Fixture.contents("srgb.icc"))
        // Stored as 300 by 150 dots per inch, and then turned.
        #expect(metadata.density == .init(x: 150 / 0.0254, y: 300 / 0.0254))
        #expect(metadata.text == [.init(keyword: "Comment", value: "Grüße")])
        #expect(metadata.xmp?.contains("tiff:Orientation=\"1\"") == true)
    }

    @Test func densityComesFromEXIFWhereThereIsNoOther() throws {
        let metadata = try Image.read(Fixture.named("orientation1.jpg").path).metadata
        #expect(metadata.density == .init(x: 20_000, y: 20_000))
    }

    @Test func gammaIsKeptAndNotApplied() throws {
        let image = try Image.read(Fixture.named("gamma.png").path)
        let expected = ImageMetadata.Colorimetry(
            gamma: 100_000, chromaticities: [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000])
        #expect(image.metadata.colorimetry == expected)
        let again = try Image.decode(image.encoded(as: .png()), name: "image")
        #expect(again.metadata.colorimetry == expected)
        #expect(again.samples == image.samples)
    }

    static func labeled(channels: Int = 3) throws -> Image {
        var image = Image.gradient(width: 20, height: 10, channels: channels)
        image.metadata.iccProfile = try Fixture.contents("srgb.icc")
        image.metadata.density = .dotsPerInch(300)
        image.metadata.text = [
            .init(keyword: "Comment", value: "一 two"), .init(keyword: "seed", value: "7"),
            .init(keyword: "long", value: String(repeating: "x", count: 5000)),
        ]
        image.metadata.xmp = "<x:xmpmeta>trainedAlgorithmicMedia ü</x:xmpmeta>"
        return image
    }

    @Test func pngKeepsMetadata() throws {
        let image = try Self.labeled()
        let again = try Image.decode(image.encoded(as: .png()), name: "image").metadata
        #expect(again.iccProfile == image.metadata.iccProfile)
        #expect(again.density == .init(x: 11811, y: 11811))
        #expect(Set(again.text.map(\.keyword)) == ["Comment", "seed", "long"])
        #expect(again.text == image.metadata.text)
        #expect(again.xmp == image.metadata.xmp)
    }

    @Test func jpegKeepsMetadata() throws {
        let image = try Self.labeled()
        let again = try Image.decode(image.encoded(as: .jpeg()), name: "image").metadata
        #expect(again.iccProfile == image.metadata.iccProfile)
        #expect(again.density == .dotsPerInch(300))
        #expect(again.text.map(\.value) == ["一 two", "seed: 7", "long: " + String(repeating: "x", count: 5000)])
        #expect(again.text.allSatisfy { $0.keyword == "Comment" })
        #expect(again.xmp == image.metadata.xmp)
    }

    @Test(arguments: [ImageFormat.png, .jpeg])
    func aProfileOfAnotherColorSpaceIsLeftOut(format: ImageFormat) throws {
        let gray = try Self.labeled(channels: 1)
        let again = try Image.decode(gray.encoded(as: EncodingOptions(format)), name: "image")
        #expect(again.channels == 1)
        #expect(again.metadata.iccProfile == nil)
    }

    @Test func nonsenseInMetadataDoesNoHarm() throws {
        var image = Image.gradient(width: 4, height: 4, channels: 3)
        image.metadata.iccProfile = Array(repeating: 1, count: 3000)
        image.metadata.density = .init(x: .infinity, y: .nan)
        image.metadata.text = [
            .init(keyword: "", value: "x"), .init(keyword: String(repeating: "k", count: 300), value: "y"),
            .init(keyword: "zero", value: "a\0b"), .init(keyword: "世", value: "z"),
        ]
        image.metadata.colorimetry = .init(renderingIntent: 99, gamma: -5, chromaticities: [1])
        for format in ImageFormat.allCases where format.isWritten {
            let again = try Image.decode(image.encoded(as: EncodingOptions(format)), name: "image")
            #expect(again.width == 4)
            #expect(again.metadata.density == nil)
        }
    }

    @Test(arguments: [
        ("tiff:Orientation=\"6\"", "tiff:Orientation=\"1\""),
        ("<tiff:Orientation>8</tiff:Orientation>", "<tiff:Orientation>1</tiff:Orientation>"),
        ("tiff:Orientation = '3' tiff:Orientation", "tiff:Orientation = '1' tiff:Orientation"),
        ("tiff:OrientationName=\"6\"", "tiff:OrientationName=\"6\""), ("tiff:Orientation=\"", "tiff:Orientation=\""),
    ])
    func xmpIsMadeUpright(packet: String, expected: String) {
        #expect(XMPPacket.upright(packet) == expected)
    }
}
