import TestSupport
import Testing

@testable import ImageFiles

/// What files of all formats but PNG and JPEG hold beside their pixels.
@Suite struct OtherMetadataTests {
    private static func read(_ name: String) throws -> ImageMetadata {
        try Image.read(Fixtures.path("ImageFormats/" + name)).metadata
    }

    private static let profile = Result { try Fixture.contents("srgb.icc") }

    @Test func aTIFFKeepsProfileTextsAndDensity() throws {
        let metadata = try Self.read("metadata.tif")
        #expect(metadata.iccProfile == (try Self.profile.get()))
        #expect(metadata.xmp?.contains("<tiff:Orientation>1</tiff:Orientation>") == true)
        #expect(
            metadata.text == [
                .init(keyword: "Comment", value: "Grüße"), .init(keyword: "Software", value: "by hand"),
                .init(keyword: "Author", value: "A. Author"), .init(keyword: "Copyright", value: "(c) nobody"),
            ])
        // Turned with the pixels.
        #expect(try #require(metadata.density).x.rounded() == (150 / 0.0254).rounded())
        #expect(try #require(metadata.density).y.rounded() == (300 / 0.0254).rounded())
        #expect(metadata.losses.isEmpty)
    }

    @Test func aWebPKeepsProfileTextsAndDensity() throws {
        let metadata = try Self.read("metadata.webp")
        #expect(metadata.iccProfile == (try Self.profile.get()))
        #expect(metadata.xmp?.contains("<tiff:Orientation>1</tiff:Orientation>") == true)
        #expect(
            metadata.text == [
                .init(keyword: "Comment", value: "a description"), .init(keyword: "Software", value: "Pillow"),
            ])
        #expect(metadata.density == ImageMetadata.Density(x: 20000, y: 20000))
    }

    @Test func aBMPKeepsProfileAndDensity() throws {
        let metadata = try Self.read("rgba32-v5.bmp")
        #expect(metadata.iccProfile == (try Self.profile.get()))
        #expect(metadata.density == ImageMetadata.Density(x: 3937, y: 7874))
    }

    @Test(
        arguments: ["metadata.avif", "metadata.heic", "metadata.jxl"].filter { ImageFormat(path: $0)?.isRead == true })
    func whereTheContainerTellsTheOrientationEXIFDoesNot(name: String) throws {
        let image = try Image.read(Fixtures.path("ImageFormats/" + name))
        let metadata = image.metadata
        #expect(metadata.iccProfile == (try Self.profile.get()))
        #expect(
            metadata.text == [
                .init(keyword: "Comment", value: "a description"), .init(keyword: "Software", value: "Pillow"),
            ])
        // heif-enc copies EXIF, and turns nothing.
        let isTurned = !name.hasSuffix(".heic")
        #expect((image.width, image.height) == (isTurned ? (12, 20) : (20, 12)))
        #expect(try #require(metadata.density).x.rounded() == ((isTurned ? 150 : 300) / 0.0254).rounded())
        let exif = try #require(metadata.exif.flatMap { EXIF($0) })
        #expect(exif.numbers(exif.main[EXIF.Tag.orientation]).allSatisfy { $0 == 1 })
        #expect(exif.photo[EXIF.Tag.makerNote]?.bytes == EXIFTests.note)
        let again = try Image.decode(image.encoded(as: .png()), name: "again")
        #expect((again.width, again.height) == (image.width, image.height))
        #expect(again.metadata.xmp?.contains("<tiff:Orientation>1</tiff:Orientation>") == true)
    }

    @Test func aGIFKeepsItsComment() throws {
        #expect(try Self.read("plain.gif").text == [.init(keyword: "Comment", value: "Grüße")])
    }

    private static let losses = [
        ("animated.gif", ImageLoss.Kind.frames, "2 later frames of the animation"),
        ("animated.avif", .frames, "2 later frames of the animation"),
        ("animated.jxl", .frames, "2 later frames of the animation"),
        ("pages.heic", .images, "1 further image of the file"),
        ("animated.webp", .frames, "2 later frames of the animation"),
        ("pages.tif", .images, "2 further images of the file"),
        ("float32.tif", .precision, "precision beyond 16 bits (floating-point samples are clamped to 0…1)"),
        ("gray32.tif", .precision, "precision beyond 16 bits (floating-point samples are clamped to 0…1)"),
        ("further8.tif", .channels, "1 further channel of the file"),
    ].filter { ImageFormat(path: $0.0)?.isRead == true }

    @Test(arguments: losses)
    func lossesAreTold(name: String, kind: ImageLoss.Kind, words: String) throws {
        #expect(try Self.read(name).losses == [ImageLoss(kind, words)])
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        var image = Image.gradient(width: 9, height: 5, channels: 3)
        image.metadata = ImageMetadata(
            iccProfile: try Self.profile.get(), density: .init(x: 11811, y: 5906),
            text: [
                .init(keyword: "Software", value: "Atelier"), .init(keyword: "Model", value: "photo-x4"),
                .init(keyword: "Comment", value: "Grüße"), .init(keyword: "Author", value: "x"),
                .init(keyword: "Copyright", value: "abc"),
            ], xmp: "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>")
        for options in [EncodingOptions.tiff(), .webp(.init(isLossless: true)), .webp()] {
            #expect(image.losses(as: options).isEmpty)
            let again = try Image.decode(image.encoded(as: options), name: "again").metadata
            #expect(again.iccProfile == image.metadata.iccProfile)
            #expect(again.xmp == image.metadata.xmp)
            #expect(abs(try #require(again.density).x - 11811) < 0.01)
            #expect(abs(try #require(again.density).y - 5906) < 0.01)
            #expect(
                again.text == [
                    .init(keyword: "Comment", value: "Model: photo-x4\nGrüße"),
                    .init(keyword: "Software", value: "Atelier"), .init(keyword: "Author", value: "x"),
                    .init(keyword: "Copyright", value: "abc"),
                ])
        }
    }

    @Test func whatDoesNotFitIsTold() {
        var image = Image.gradient(width: 9, height: 5, channels: 1)
        image.metadata = ImageMetadata(
            iccProfile: OddProfile.profile(space: "GRAY"), density: .init(x: 1e9, y: 1),
            colorimetry: .init(gamma: 100_000))
        #expect(image.losses(as: .webp()).map(\.kind) == [.color, .metadata, .color])
        #expect(image.losses(as: .tiff()).map(\.kind) == [.metadata])
    }
}
