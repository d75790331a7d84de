import TestSupport
import Testing

@testable import ImageFiles

/// Whatever profile a file has, the image is read and written; what cannot stay is named once.
@Suite struct ProfileTests {
    @Test(arguments: OddProfile.all, [ImageFormat.png, .jpeg])
    func anyProfileIsReadAndWritten(profile: OddProfile, source: ImageFormat) throws {
        let file = try source == .png ? ProfiledFile.png(profile.bytes) : ProfiledFile.jpeg(profile.bytes)
        let image = try Image.decode(file, name: "image")
        let plain = try Image.decode(
            source == .png ? ProfiledFile.png(OddProfile.profile()) : ProfiledFile.jpeg(OddProfile.profile()),
            name: "plain")
        #expect(image.samples == plain.samples)
        for format in [ImageFormat.png, .jpeg] {
            let options = EncodingOptions(format)
            let again = try Image.decode(image.encoded(as: options), name: "again")
            let expected = format == .png ? profile.inPNG : profile.inJPEG
            #expect(again.metadata.iccProfile == expected, "\(source) to \(format)")
            if format == .png { #expect(again.samples == image.samples) }
            let losses = image.metadata.losses + image.losses(as: options)
            #expect(losses.map(\.kind) == (expected == nil ? [.color] : []), "\(source) to \(format): \(losses)")
            #expect(again.metadata.losses.isEmpty)
        }
    }

    @Test(arguments: [1, 2])
    func grayImagesKeepGrayProfiles(channels: Int) throws {
        let gray = OddProfile.profile(space: "GRAY")
        let image = try Image.decode(ProfiledFile.png(gray, channels: channels), name: "image")
        #expect(image.metadata.iccProfile == gray)
        for format in [ImageFormat.png, .jpeg] {
            let again = try Image.decode(image.encoded(as: EncodingOptions(format)), name: "again")
            #expect(again.metadata.iccProfile == gray)
        }
        let colored = try Image.decode(ProfiledFile.png(OddProfile.profile(), channels: channels), name: "image")
        #expect(colored.metadata.iccProfile == nil)
        #expect(colored.metadata.losses == [ImageLoss(.color, "the color profile (it is for color images)")])
    }

    @Test func aProfileThatCannotBeUnpackedIsNamed() throws {
        let bytes = try Image.gradient(width: 9, height: 5, channels: 3).encoded(as: .png())
        let chunk = PNGBytes.chunk("iCCP", Array("odd".utf8) + [0, 0, 0x78, 0x9C, 1, 2, 3])
        let png = try Image.decode(Array(bytes[..<33]) + chunk + bytes[33...], name: "image")
        // The second of two parts.
        let part = JPEGBytes.marker(0xE2, Array("ICC_PROFILE\0".utf8) + [2, 2] + OddProfile.profile())
        let jpeg = try Image.decode(JPEGBytes.image(part), name: "image")
        for image in [png, jpeg] {
            #expect(image.metadata.losses == [ImageLoss(.color, "the color profile (it is damaged)")])
        }
    }

    @Test func anyBytesAreJudged() {
        var state: UInt64 = 5
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(truncatingIfNeeded: state >> 33) % bound
        }
        for _ in 0..<3000 {
            var bytes = OddProfile.profile(surplus: next(5))
            for _ in 0...next(6) { bytes[[next(180), next(bytes.count)][next(2)]] = UInt8(next(256)) }
            if next(3) == 0 { bytes = Array(bytes.prefix(next(bytes.count))) }
            let profile = ICCProfile(bytes)
            _ = profile.misfit(channels: 3)
            _ = profile.flawInPNG
        }
    }

    @Test func colorsOfAPNGAreWrittenAsTheyCame() throws {
        var image = Image.gradient(width: 4, height: 4, channels: 3)
        for colors in [
            ImageMetadata.Colorimetry(gamma: 3), .init(gamma: 2_000_000_000),
            .init(chromaticities: [0, 0, 1, 1, 2, 2, 3, -3]),
            .init(renderingIntent: 2, gamma: 45455, chromaticities: Array(repeating: 7, count: 8)),
            .init(codePoints: [9, 16, 0, 1]),
        ] {
            image.metadata.colorimetry = colors
            #expect(image.losses(as: .png()).isEmpty)
            #expect(try Image.decode(image.encoded(as: .png()), name: "again").metadata.colorimetry == colors)
            let isUsual = colors.renderingIntent != nil
            #expect(image.losses(as: .jpeg()).map(\.kind) == (isUsual ? [] : [.color]))
            #expect(throws: Never.self) { try image.encoded(as: .jpeg()) }
        }
    }

    /// What is said to be lost is lost, and nothing else.
    @Test(arguments: [1, 2, 72, 300, 65535, 65536].map { $0 / 0.0254 } + [20, 49, 50, 7000, 6_553_500, 6_600_000])
    func aJPEGHoldsDotsPerInchAndPerCentimeter(density: Double) throws {
        var image = Image.gradient(width: 4, height: 4, channels: 3)
        image.metadata.density = .init(x: density, y: density)
        let again = try Image.decode(image.encoded(as: .jpeg()), name: "again").metadata.density
        #expect((again == nil) == !image.losses(as: .jpeg()).isEmpty)
        #expect((again == nil) == [20, 49, 6_600_000, 65536 / 0.0254].contains(density))
        if let again { #expect(abs(again.x - density) <= 50) }
    }

    /// Texts, densities and XMP that one of the formats does not hold.
    @Test func whatAFormatDoesNotHoldIsNamed() throws {
        var image = Image.gradient(width: 4, height: 4, channels: 3)
        image.metadata.text = [
            .init(keyword: "世", value: "x"), .init(keyword: "Long", value: String(repeating: "ü", count: 40_000)),
        ]
        image.metadata.xmp = String(repeating: " ", count: 65_505)
        image.metadata.density = .init(x: 10_000_000, y: 1)
        #expect(image.losses(as: .png()).map(\.kind) == [.metadata])
        let losses = image.losses(as: .jpeg()).map(\.description)
        #expect(losses.count == 3)
        #expect(losses[0] == "the end of the text “Long” (a JPEG comment holds 65533 bytes)")
        #expect(losses[1] == "the XMP packet (it has 65505 bytes; a JPEG holds 65504)")
        #expect(losses[2].hasPrefix("the density"))
        let again = try Image.decode(image.encoded(as: .jpeg()), name: "again").metadata
        #expect(again.text.map(\.value.count) == ["世: x".count, 6 + (65_533 - 6) / 2])
        #expect(again.text[1].value.hasPrefix("Long: ü"))
        #expect(again.text[1].value.hasSuffix("üü"))
    }
}
