import Testing

@testable import ImageFiles

/// What was read of a file once comes out the same when it is written and read again.
@Suite struct EXIFStabilityTests {
    private static func again(_ image: Image, _ format: ImageFormat) throws -> Image {
        try Image.decode(image.encoded(as: EncodingOptions(format), name: "image"), name: "image")
    }

    private static func field(_ kind: EXIF.Kind, _ bytes: [UInt8]) -> EXIF.Field {
        EXIF.Field(kind: kind, count: bytes.count / kind.size, bytes: bytes)
    }

    /// Fields as cameras and programs write them, which a rewritten text would damage.
    private static let texts: [[UInt8]] = [
        Array("Photographer\0Editor\0".utf8), Array("Andr".utf8) + [0xE9, 0],
        Array("OLYMPUS DIGITAL CAMERA  \0\0".utf8),
        Array("André\0".utf8), [0, 65, 0], Array("no end".utf8),
    ]

    @Test(arguments: [ImageFormat.webp, .tiff, .jpeg, .png], [0x010E, EXIF.Tag.software, 0x013B, 0x8298])
    func textsStayAsTheyAre(format: ImageFormat, tag: Int) throws {
        for bytes in Self.texts {
            for kind in [EXIF.Kind.ascii, .byte] {
                var exif = EXIF(isBigEndian: false)
                exif.main = [0x010F: exif.text(Array("Maker".utf8)), tag: Self.field(kind, bytes)]
                let first = try Self.again(EXIFTests.image(exif), format)
                let second = try Self.again(first, format)
                for image in [first, second] {
                    let found = image.metadata.exif.flatMap { EXIF($0) }?.main[tag]
                    #expect(found == exif.main[tag], "\(kind) \(bytes)")
                }
                #expect(first.metadata.text == second.metadata.text)
            }
        }
    }

    @Test func aTextThatAProgramSetsReplacesThatOfTheFile() throws {
        var exif = EXIF(isBigEndian: false)
        exif.main = [0x8298: Self.field(.ascii, Array("Photographer\0Editor\0".utf8))]
        for format in [ImageFormat.webp, .tiff] {
            var image = EXIFTests.image(exif)
            image.metadata.text = [ImageMetadata.Text(keyword: "Copyright", value: "Other")]
            let found = try Self.again(image, format).metadata
            #expect(found.exif.flatMap { EXIF($0) }?.main[0x8298]?.bytes == Array("Other\0".utf8))
            #expect(found.text == image.metadata.text)
        }
    }

    /// The unit is none, or of another type than readers know; the resolution as well.
    @Test(arguments: [ImageFormat.webp, .tiff, .jpeg, .png]) func oddDensitiesAreToldOnce(format: ImageFormat) throws {
        let exif = EXIF(isBigEndian: true)
        let units = [exif.shorts([1]), exif.shorts([2]), exif.shorts([3]), exif.shorts([3, 3, 3]), exif.long(3), nil]
        let resolutions = [exif.rational(300, 1), exif.shorts([72, 1]), exif.rational(300, 0), exif.rational(7, 3)]
        for unit in units {
            for resolution in resolutions {
                var exif = exif
                exif.main = [
                    0x010F: exif.text(Array("Maker".utf8)), 0x011A: resolution, 0x011B: resolution, 0x0128: unit,
                ].compactMapValues { $0 }
                var image = EXIFTests.image(exif)
                let first = try Self.again(image, format)
                #expect(try Self.again(first, format).metadata.exif == first.metadata.exif)
                image.metadata.density = .dotsPerInch(300)
                let density = try #require(Self.again(image, format).metadata.density)
                #expect(abs(density.x * 0.0254 - 300) < 0.01, "\(String(describing: unit)) \(resolution)")
            }
        }
    }

    @Test func aFieldWithTheNumberOfTheMakerNoteDoesNotLieOverIt() throws {
        var exif = EXIFTests.photo(bigEndian: false)
        exif.makerNoteOffset = 400
        exif.location[EXIF.Tag.makerNote] = Self.field(.undefined, [UInt8](repeating: 9, count: 60))
        exif.main[EXIF.Tag.makerNote] = Self.field(.undefined, [UInt8](repeating: 8, count: 30))
        let block = exif.encoded()
        #expect(EXIF(block) == exif)
        #expect(Array(block[400..<490]) == EXIFTests.note)
    }

    /// Bytes of a good block changed one by one. Damage is the same for everybody.
    @Test(arguments: [ImageFormat.webp, .tiff, .jpeg, .png]) func damagedBlocksComeOutTheSameTwice(format: ImageFormat)
        throws
    {
        let block = EXIFTests.photo(bigEndian: false, orientation: 6).encoded()
        for place in stride(from: 0, to: min(block.count, 320), by: 3) {
            for value: UInt8 in [0, 2, 0xFF] {
                var image = Image(width: 5, height: 4, channels: 3, samples8: [UInt8](repeating: 128, count: 60))
                var damaged = block
                damaged[place] = value
                image.metadata.exif = damaged
                let first = try Self.again(image, format)
                let second = try Self.again(first, format)
                #expect(first.metadata.exif == second.metadata.exif, "\(value) at \(place)")
                #expect(first.metadata.text == second.metadata.text, "\(value) at \(place)")
            }
        }
    }
}
