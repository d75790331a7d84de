import Testing

@testable import ImageFiles

/// What an XMP packet says of bytes and pixels that a copy does not have goes, and nothing else.
@Suite struct XMPTests {
    @Test(arguments: [false, true], [false, true])
    func packetsInUTF16AreRead(bigEndian: Bool, isMarked: Bool) {
        let packet = "<?xpacket begin=\"\u{FEFF}\"?><x:xmpmeta>Grüße, 世界 🌊</x:xmpmeta>"
        let bytes = ((isMarked ? "\u{FEFF}" : "") + packet).utf16.flatMap { unit in
            let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
            return bigEndian ? [high, low] : [low, high]
        }
        #expect(bytes.withUnsafeBytes { XMPPacket.words($0) } == packet)
        #expect(bytes.dropLast(1).withUnsafeBytes { XMPPacket.words($0) } == String(packet.dropLast()))
    }

    static func packet(_ spaces: [String: String], attributes: String = "", _ content: String = "") -> String {
        let declared = spaces.sorted { $0.key < $1.key }.map { " xmlns:\($0.key)=\"\($0.value)\"" }.joined()
        return """
            <?xpacket begin="\u{FEFF}" id="W5M0MpCehiHzreSzNTczkc9d"?>
            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"\(declared)
              dc:format="a &lt; b"\(attributes)>
            <dc:creator><rdf:Seq><rdf:li>Ünal</rdf:li></rdf:Seq></dc:creator><!-- <hdrgm:x> -->\(content)
            </rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>
            """
    }

    static let gainMap = ["hdrgm": "http://ns.adobe.com/hdr-gain-map/1.0/"]
    static let container = [
        "Container": "http://ns.google.com/photos/1.0/container/",
        "Item": "http://ns.google.com/photos/1.0/container/item/",
    ]
    static let camera = ["GCamera": "http://ns.google.com/photos/1.0/camera/"]
    static let panorama = ["GPano": "http://ns.google.com/photos/1.0/panorama/"]
    static let technical = ["tiff": "http://ns.adobe.com/tiff/1.0/", "exif": "http://ns.adobe.com/exif/1.0/"]

    static func directory(_ semantic: String) -> String {
        """
        <Container:Directory><rdf:Seq>
        <rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="Primary"/></rdf:li>
        <rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="\(semantic)" Item:Length="999"/></rdf:li>
        </rdf:Seq></Container:Directory>
        """
    }

    static let trailers: [(packet: String, kinds: [ImageLoss.Kind])] = [
        (packet(gainMap, attributes: " hdrgm:Version=\"1.0\" hdrgm:GainMapMax=\"3\""), [.gainMap]),
        (packet(gainMap, "<hdrgm:GainMapMax><rdf:Seq><rdf:li>1</rdf:li></rdf:Seq></hdrgm:GainMapMax>"), [.gainMap]),
        (packet(["h": "http://ns.adobe.com/hdr-gain-map/1.0/"], attributes: " h:Version='1.0'"), [.gainMap]),
        (
            packet(["a": "http://ns.apple.com/HDRGainMap/1.0/"], "<a:HDRGainMapVersion>1</a:HDRGainMapVersion>"),
            [.gainMap]
        ),
        (packet(container, directory("GainMap")), [.gainMap]),
        (packet(both(container, gainMap), attributes: " hdrgm:Version=\"1.0\"", directory("GainMap")), [.gainMap]),
        (packet(both(container, camera), attributes: " GCamera:MotionPhoto=\"1\"", directory("MotionPhoto")), [.video]),
        (packet(camera, attributes: "\n  GCamera:MicroVideo=\"1\" GCamera:MicroVideoOffset=\"1234567\""), [.video]),
        (packet(camera, "<GCamera:MotionPhoto>1</GCamera:MotionPhoto>"), [.video]),
        (packet(camera, attributes: " GCamera:MotionPhoto=\"0\""), []),
        (packet(container, directory("Depth")), [.images]),
        (packet(extended, attributes: " xmpNote:HasExtendedXMP=\"0123\" GDepth:Format=\"RangeInverse\""), [.metadata]),
    ]

    static let extended = [
        "xmpNote": "http://ns.adobe.com/xmp/note/", "GDepth": "http://ns.google.com/photos/1.0/depthmap/",
    ]

    static func both(_ a: [String: String], _ b: [String: String]) -> [String: String] { a.merging(b) { $1 } }

    @Test(arguments: trailers.indices)
    func whatSpeaksOfBytesBehindTheImageGoes(index: Int) throws {
        let (packet, kinds) = Self.trailers[index]
        let image = try Image.decode(JPEGBytes.image(JPEGBytes.xmp(packet)), name: "image")
        let kept = try #require(image.metadata.xmp)
        #expect(image.metadata.losses.map(\.kind) == kinds)
        let outline = try #require(XMLOutline(Array(kept.utf8)))
        let others = outline.items.map(\.name.space).filter { !$0.contains(/purl|rdf-syntax|adobe:ns:meta/) }
        #expect(others.isEmpty)
        // The rest is as it was.
        for word in ["a &lt; b", "<rdf:li>Ünal</rdf:li>", "<?xpacket end", "<!-- <hdrgm:x> -->"] {
            #expect(kept.contains(word))
        }
        let png = try Image.decode(image.encoded(as: .png()), name: "again")
        #expect(png.metadata.xmp == kept)
        #expect(png.metadata.losses.isEmpty)
    }

    @Test func anOrdinaryPacketStaysAsItIs() throws {
        let ordinary = Self.packet(
            Self.camera, attributes: " GCamera:SpecialTypeID=\"x\"", "<dc:title>GainMap MotionPhoto</dc:title>")
        let edited = XMPPacket.withoutTrailers(ordinary)
        #expect(edited.packet == ordinary)
        #expect(edited.losses.isEmpty)
        #expect(XMPPacket.resized(ordinary, from: (4, 4), to: (8, 8)).packet == ordinary)
    }

    /// Attributes and content before and after.
    static let sizes: [(old: (String, String), new: (String, String))] = [
        (
            (" tiff:ImageWidth=\"640\" tiff:ImageLength='480'", ""),
            (" tiff:ImageWidth=\"1280\" tiff:ImageLength='1440'", "")
        ),
        (
            ("", "<exif:PixelXDimension> 640 </exif:PixelXDimension><exif:PixelYDimension>480</exif:PixelYDimension>"),
            ("", "<exif:PixelXDimension>1280</exif:PixelXDimension><exif:PixelYDimension>1440</exif:PixelYDimension>")
        ),
        ((" exif:PixelXDimension=\"9999\"", ""), (" exif:PixelXDimension=\"1280\"", "")),
        ((" exif:PixelXDimension=\"?\" exif:Flash=\"1\"", ""), (" exif:Flash=\"1\"", "")),
        (("", "<exif:SubjectArea><rdf:Seq><rdf:li>20</rdf:li></rdf:Seq></exif:SubjectArea>"), ("", "")),
        (
            (
                " GPano:FullPanoWidthPixels=\"1000\" GPano:FullPanoHeightPixels=\"500\" GPano:ProjectionType=\"flat\"",
                "<GPano:CroppedAreaTopPixels>7</GPano:CroppedAreaTopPixels>"
            ),
            (
                " GPano:FullPanoWidthPixels=\"2000\" GPano:FullPanoHeightPixels=\"1500\" GPano:ProjectionType=\"flat\"",
                "<GPano:CroppedAreaTopPixels>21</GPano:CroppedAreaTopPixels>"
            )
        ),
        ((" GPano:CroppedAreaImageWidthPixels=\"640\"", ""), (" GPano:CroppedAreaImageWidthPixels=\"1280\"", "")),
        (
            ("", "<r:AppliedToDimensions d:w=\"640\" d:h=\"480\" d:unit=\"pixel\"/><r:Other d:w=\"640\"/>"),
            ("", "<r:AppliedToDimensions d:w=\"1280\" d:h=\"1440\" d:unit=\"pixel\"/><r:Other d:w=\"640\"/>")
        ),
    ]

    @Test(arguments: sizes.indices) func sizesFollowTheImage(index: Int) {
        let (old, new) = Self.sizes[index]
        let regions = [
            "r": "http://www.metadataworkinggroup.com/schemas/regions/",
            "d": "http://ns.adobe.com/xap/1.0/sType/Dimensions#",
        ]
        let spaces = Self.both(Self.both(Self.technical, Self.panorama), regions)
        let packet = Self.packet(spaces, attributes: old.0, old.1)
        let metadata = ImageMetadata(xmp: packet).resized(from: (640, 480), to: (1280, 1440))
        #expect(metadata.xmp == Self.packet(spaces, attributes: new.0, new.1))
        let goes = old.1.contains("SubjectArea") || old.0.contains("?")
        #expect(metadata.losses.map(\.kind) == (goes ? [.metadata] : []))
    }

    @Test func turningExchangesTheSizes() throws {
        let packet = Self.packet(Self.technical, attributes: " tiff:Orientation=\"6\" tiff:ImageWidth=\"16\"")
        let exif = JPEGBytes.marker(
            0xE1,
            Array("Exif\0\0II*\0".utf8) + [8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0])
        let image = try Image.decode(JPEGBytes.image(exif + JPEGBytes.xmp(packet)), name: "image")
        #expect(image.width == 8)
        #expect(image.metadata.xmp?.contains("tiff:Orientation=\"1\" tiff:ImageWidth=\"8\"") == true)
    }

    @Test func aPacketThatIsNoXMLStaysUnlessItTellsOfLostBytes() {
        let harmless = "<x:xmpmeta><a b=c></x:xmpmeta>"
        #expect(XMPPacket.withoutTrailers(harmless).packet == harmless)
        let telling = "<x:xmpmeta><a GCamera:MicroVideo=1></x:xmpmeta>"
        #expect(XMPPacket.withoutTrailers(telling).packet == nil)
        #expect(XMPPacket.withoutTrailers(telling).losses.map(\.kind) == [.metadata])
        let deep = String(repeating: "<a>", count: 100_000) + "MotionPhoto"
        #expect(XMPPacket.withoutTrailers(deep).packet == nil)
    }

    /// Sixteen megabytes of text fit into a few kilobytes of a PNG.
    @Test func aPacketThatWouldTakeMuchTimeOrMemoryIsNotRead() {
        func spaces(_ count: Int) -> String { (0..<count).map { " xmlns:n\($0)=\"x\"" }.joined() }
        func outline(_ text: String) -> XMLOutline? { XMLOutline(Array(text.utf8)) }
        #expect(outline("<x\(spaces(200))>" + String(repeating: "<a/>", count: 1000) + "</x>")?.items.count == 1001)
        #expect(outline("<x\(spaces(300))/>") == nil)
        #expect(outline("<x>" + String(repeating: "<a/>", count: 300_000) + "</x>") == nil)
        #expect(outline("<x" + String(repeating: " a=\"\"", count: 300_000) + "/>") == nil)
    }

    @Test func damagedPacketsDoNoHarm() {
        var state: UInt64 = 11
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(truncatingIfNeeded: state >> 33) % bound
        }
        for round in 0..<600 {
            var bytes = Array(Self.trailers[round % Self.trailers.count].packet.utf8)
            for _ in 0...next(8) { bytes[next(bytes.count)] = Array("<>/\"'=!?-: ]a".utf8)[next(13)] }
            if next(3) == 0 { bytes = Array(bytes.prefix(next(bytes.count))) }
            let packet = String(decoding: bytes, as: UTF8.self)
            _ = XMPPacket.withoutTrailers(packet)
            _ = XMPPacket.resized(packet, from: (1, 1), to: (3, 3))
        }
    }

    /// The images that a JPEG lists, of which previews do not count.
    @Test(arguments: [
        ([0x030000], 0), ([0x030000, 0], 1), ([0x030000, 0x010001, 0x010002], 0), ([0x030000, 0x020002, 0x020002], 2),
    ])
    func furtherImagesAreCounted(types: [Int], count: Int) throws {
        var block = Array("MPF\0MM\0*".utf8) + [0, 0, 0, 8, 0, 1, 0xB0, 2, 0, 7]
        block += PNGBytes.bigEndian(16 * types.count) + PNGBytes.bigEndian(26) + [0, 0, 0, 0]
        for type in types { block += PNGBytes.bigEndian(type) + [UInt8](repeating: 0, count: 12) }
        let losses = try Image.decode(JPEGBytes.image(JPEGBytes.marker(0xE2, block)), name: "image").metadata.losses
        let words = count == 1 ? "1 further image of the file" : "\(count) further images of the file"
        #expect(losses == (count == 0 ? [] : [ImageLoss(.images, words)]))
        let iso = JPEGBytes.marker(0xE2, Array("urn:iso:std:iso:ts:21496:-1\0".utf8) + [0, 0, 0, 0])
        let hdr = try Image.decode(JPEGBytes.image(JPEGBytes.marker(0xE2, block) + iso), name: "image").metadata.losses
        #expect(hdr.map(\.kind) == (count > 1 ? [.gainMap, .images] : [.gainMap]))
        for cut in 4..<block.count {
            let marker = JPEGBytes.marker(0xE2, Array(block.prefix(cut)))
            #expect(throws: Never.self) { try Image.decode(JPEGBytes.image(marker), name: "image") }
        }
    }
}
