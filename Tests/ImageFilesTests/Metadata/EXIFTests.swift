import TestSupport
import Testing

@testable import ImageFiles

/// EXIF blocks that are read, edited and written anew.
@Suite struct EXIFTests {
    /// A photo with a maker note, taken somewhere, in either byte order.
    static func photo(bigEndian: Bool, orientation: Int = 1) -> EXIF {
        var exif = EXIF(isBigEndian: bigEndian)
        exif.main = [
            0x010F: exif.text(Array("Maker".utf8)), 0x0112: exif.shorts([orientation]),
            0x011A: exif.rational(300, 1), 0x011B: exif.rational(150, 1), 0x0128: exif.shorts([2]),
            0x013B: exif.text(Array("André".utf8)),
            0x9C9B: EXIF.Field(kind: .byte, count: 6, bytes: [65, 0, 66, 0, 0, 0]),
        ]
        exif.photo = [
            0x829A: exif.rational(1, 250), 0x9003: exif.text(Array("2026:01:02 03:04:05".utf8)),
            0x9214: exif.shorts([10, 20, 4, 6]), 0x927C: EXIF.Field(kind: .undefined, count: 90, bytes: note),
            0xA002: exif.long(40), 0xA003: exif.long(30), 0xA20E: exif.rational(1000, 1), 0xA20F: exif.rational(500, 1),
        ]
        exif.location = [0x0001: exif.text(Array("N".utf8)), 0x0002: exif.rational(52, 1)]
        exif.interoperability = [0x0001: exif.text(Array("R98".utf8))]
        return exif
    }

    static let note = (0..<90).map { UInt8(truncatingIfNeeded: $0 * 7 + 3) }

    static func image(_ exif: EXIF) -> Image {
        var image = Image.gradient(width: 40, height: 30, channels: 3)
        image.metadata.exif = exif.encoded()
        return image
    }

    @Test(arguments: [false, true])
    func aBlockIsReadAsItIsWritten(bigEndian: Bool) throws {
        let exif = Self.photo(bigEndian: bigEndian)
        var again = try #require(EXIF(exif.encoded()))
        #expect(again.makerNoteOffset != nil)
        again.makerNoteOffset = nil
        #expect(again == exif)
        #expect(EXIF(Array("Exif\0\0".utf8) + exif.encoded()) == EXIF(exif.encoded()))
    }

    @Test(arguments: [26, 100, 333, 1000, 60_000])
    func theMakerNoteStaysWhereItLay(place: Int) throws {
        var exif = Self.photo(bigEndian: true)
        exif.makerNoteOffset = place
        let block = exif.encoded()
        #expect(Array(block[place..<place + 90]) == Self.note)
        exif.main[0x010E] = exif.text([UInt8](repeating: 65, count: 700))
        let longer = exif.encoded()
        #expect(Array(longer[place..<place + 90]) == Self.note)
        #expect(EXIF(longer) == exif)
    }

    @Test func aMakerNoteFromFarBehindInAFileIsKept() throws {
        var exif = Self.photo(bigEndian: false)
        exif.makerNoteOffset = 5_000_000
        let block = exif.encoded()
        #expect(block.count < 1000)
        #expect(EXIF(block)?.photo[EXIF.Tag.makerNote]?.bytes == Self.note)
    }

    @Test(arguments: [ImageFormat.png, .jpeg, .webp, .tiff], [false, true])
    func everyFormatKeepsIt(format: ImageFormat, bigEndian: Bool) throws {
        let image = Self.image(Self.photo(bigEndian: bigEndian))
        let before = try #require(image.metadata.exif.flatMap { EXIF($0) })
        let file = try image.encoded(as: EncodingOptions(format))
        let after = try #require(Image.decode(file, name: "image").metadata.exif.flatMap { EXIF($0) })
        #expect(after.photo == before.photo)
        #expect(after.location == before.location)
        #expect(after.interoperability == before.interoperability)
        #expect(after.makerNoteOffset == before.makerNoteOffset)
        for tag in [0x010F, 0x013B, 0x9C9B] { #expect(after.main[tag] == before.main[tag]) }
        #expect(image.losses(as: EncodingOptions(format)).isEmpty)
        // From that format to each of the others.
        for other in ImageFormat.allCases where other.isWritten {
            let copy = try Image.decode(Image.decode(file, name: "a").encoded(as: EncodingOptions(other)), name: "b")
            #expect(copy.metadata.exif.flatMap { EXIF($0) }?.photo == before.photo)
        }
    }

    @Test(arguments: [8, 16], [false, true])
    func aTIFFOfEitherByteOrderHasItsPixels(bits: Int, bigEndian: Bool) throws {
        var image =
            bits == 16
            ? Image.gradient(width: 40, height: 300, channels: 3).converted16()
            : Image.gradient(width: 40, height: 300, channels: 3)
        image.metadata.exif = Self.photo(bigEndian: bigEndian).encoded()
        for compression in EncodingOptions.TIFF.Compression.allCases where compression != .jpeg {
            let file = try image.encoded(as: .tiff(.init(compression: compression)))
            #expect(file[0] == (bigEndian ? 0x4D : 0x49))
            let again = try Image.decode(file, name: "image")
            #expect(again.samples == image.samples)
            #expect(again.metadata.exif != nil)
        }
    }

    @Test(arguments: [
        (1, [10, 20, 4, 6]), (2, [29, 20, 4, 6]), (3, [29, 9, 4, 6]), (4, [10, 9, 4, 6]), (5, [20, 10, 6, 4]),
        (6, [9, 10, 6, 4]), (7, [9, 29, 6, 4]), (8, [20, 29, 6, 4]),
    ])
    func turningAnImageTurnsItsFields(orientation: Int, area: [Int]) throws {
        var exif = Self.photo(bigEndian: true, orientation: orientation)
        let turned = orientation > 4
        exif.makeUpright(from: orientation, width: turned ? 30 : 40, height: turned ? 40 : 30)
        #expect(exif.numbers(exif.main[0x0112]) == [1])
        #expect(exif.numbers(exif.photo[0x9214]) == area)
        #expect(exif.numbers(exif.main[0x011A]) == [turned ? 150 : 300, 1])
        #expect(exif.numbers(exif.photo[0xA20E]) == [turned ? 500 : 1000, 1])
    }

    @Test(arguments: ImageFormat.allCases.filter(\.isWritten))
    func whatAProgramSaysOfTheOrientationDoesNotTurnTheFile(format: ImageFormat) throws {
        var image = Self.image(Self.photo(bigEndian: false, orientation: 6))
        image.metadata.xmp = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><tiff:Orientation>6</tiff:Orientation></x:xmpmeta>"
        let options: EncodingOptions = format == .webp ? .webp(.init(isLossless: true)) : EncodingOptions(format)
        let folder = try TemporaryFolder()
        let file = folder.path + "/a." + format.fileExtension
        try image.write(to: file, options: options)
        #expect(try Image.header(of: file).orientation == 1)
        let again = try Image.read(file)
        #expect((again.width, again.height) == (40, 30))
        if format != .jpeg { #expect(again.samples == image.samples) }
        #expect(again.metadata.xmp?.contains("<tiff:Orientation>1<") == true)
        #expect(image.metadata.exif.flatMap { EXIF($0) }.map { $0.numbers($0.main[EXIF.Tag.orientation]) } == [6])
    }

    @Test func anotherSizeIsTold() throws {
        var image = Self.image(Self.photo(bigEndian: false))
        image.metadata = image.metadata.resized(from: (40, 30), to: (80, 90))
        var larger = Image.gradient(width: 80, height: 90, channels: 3)
        larger.metadata = image.metadata
        let again = try Image.decode(larger.encoded(as: .jpeg()), name: "image").metadata
        let exif = try #require(again.exif.flatMap { EXIF($0) })
        #expect(exif.numbers(exif.photo[0xA002]) == [80])
        #expect(exif.numbers(exif.photo[0xA003]) == [90])
        #expect(exif.numbers(exif.photo[0x9214]) == [20, 60, 8, 18])
        #expect(exif.numbers(exif.photo[0xA20E]) == [2_000_000, 1000])
    }

    @Test func textsGoIntoTheFieldsOfAWebP() throws {
        var exif = Self.photo(bigEndian: true)
        exif.main[0x010E] = exif.text(Array("by the sea".utf8))
        var image = Self.image(exif)
        image.metadata.text = [
            .init(keyword: "Model", value: "photo-x2"), .init(keyword: "Software", value: "Atelier"),
        ]
        for format in [ImageFormat.webp, .tiff] {
            let again = try Image.decode(image.encoded(as: EncodingOptions(format)), name: "image").metadata
            #expect(
                again.text == [
                    .init(keyword: "Comment", value: "by the sea\nModel: photo-x2"),
                    .init(keyword: "Software", value: "Atelier"), .init(keyword: "Author", value: "André"),
                ])
        }
        // A JPEG does not say twice what the fields say.
        let webp = try Image.decode(image.encoded(as: .webp()), name: "image")
        #expect(try Image.decode(webp.encoded(as: .jpeg()), name: "image").metadata.text.isEmpty)
    }

    @Test func whatIsStrippedIsGone() throws {
        var image = Self.image(Self.photo(bigEndian: true))
        image.metadata.iptc = [0x1C, 2, 5, 0, 1, 65]
        image.metadata.xmp = """
            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="52,30N" exif:FNumber="28/10">
            <exif:GPSLongitude>13,24E</exif:GPSLongitude></rdf:Description></rdf:RDF></x:xmpmeta>
            """
        let elsewhere = image.metadata.keeping(.allButLocation)
        let exif = try #require(elsewhere.exif.flatMap { EXIF($0) })
        #expect(exif.location.isEmpty)
        #expect(exif.photo == Self.photo(bigEndian: true).photo)
        #expect(elsewhere.xmp?.contains("GPS") == false)
        #expect(elsewhere.xmp?.contains("FNumber") == true)
        #expect(elsewhere.iptc == image.metadata.iptc)
        let bare = image.metadata.keeping(.colors)
        #expect(bare == ImageMetadata())
        #expect(image.metadata.keeping(.all) == image.metadata)
    }

    @Test(arguments: [false, true])
    func brokenBlocksDoNoHarm(bigEndian: Bool) throws {
        let block = Self.photo(bigEndian: bigEndian).encoded()
        for count in 0..<block.count { _ = EXIF(Array(block.prefix(count)))?.encoded() }
        let values: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF]
        for at in block.indices {
            for value in values {
                var broken = block
                broken[at] = value
                guard var exif = EXIF(broken) else { continue }
                exif.makeUpright(from: 6, width: 4, height: 3)
                exif.resize(from: (4, 3), to: (64_000, 48_000))
                exif.tellSize(width: 64_000, height: 70_000)
                #expect(exif.main.isEmpty || EXIF(exif.encoded()) != nil)
            }
        }
    }

    @Test func fieldsInTheSamePlaceDoNotFillMemory() throws {
        var exif = EXIF(isBigEndian: false)
        exif.main[1] = EXIF.Field(kind: .undefined, count: 60_000, bytes: [UInt8](repeating: 7, count: 60_000))
        let one = exif.encoded()
        let entry = one[10..<22]
        var many = Array(one[..<8]) + [0, 16]
        for tag in 0..<4096 { many += exif.bytes(tag, count: 2) + entry.dropFirst(2) }
        many += [UInt8](repeating: 0, count: 70_000)
        let read = try #require(EXIF(many))
        #expect(read.damagedFields > 4000)
        #expect(read.encoded().count < 1 << 21)
    }

    @Test func aBlockThatIsTooLongForAJPEGLosesItsMakerNoteFirst() throws {
        var exif = Self.photo(bigEndian: true)
        exif.photo[0x927C] = EXIF.Field(kind: .undefined, count: 70_000, bytes: [UInt8](repeating: 1, count: 70_000))
        let image = Self.image(exif)
        #expect(image.losses(as: .png()).isEmpty)
        #expect(image.losses(as: .jpeg()).map(\.kind) == [.metadata])
        let again = try Image.decode(image.encoded(as: .jpeg()), name: "image").metadata
        #expect(again.exif.flatMap { EXIF($0) }?.location == exif.location)
    }
}
