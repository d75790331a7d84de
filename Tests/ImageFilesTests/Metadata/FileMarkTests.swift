import Foundation
import Testing

@testable import ImageFiles

/// C2PA's manifests, found in files without decoding them, and EXIF's fields by name.
@Suite struct FileMarkTests {
    private func marks(_ bytes: [UInt8]) throws -> FileMarks {
        let path = NSTemporaryDirectory() + "atelier-marks-\(UUID().uuidString)"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try FileMarks(path)
    }

    private let exif: [UInt8] =
        Array("II*\0".utf8) + [8, 0, 0, 0, 3, 0]
        + [0x0F, 1, 2, 0, 6, 0, 0, 0, 50, 0, 0, 0] + [0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]
        + [0x25, 0x88, 4, 0, 1, 0, 0, 0, 0, 0, 0, 0] + [0, 0, 0, 0] + Array("Nikon\0".utf8)

    private func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
        [0, 0, UInt8(body.count >> 8), UInt8(body.count & 255)] + Array(name.utf8) + body + [0, 0, 0, 0]
    }

    private func segment(_ marker: UInt8, _ body: [UInt8]) -> [UInt8] {
        [0xFF, marker, UInt8((body.count + 2) >> 8), UInt8((body.count + 2) & 255)] + body
    }

    private func box(_ name: String, _ body: [UInt8]) -> [UInt8] {
        [0, 0, 0, UInt8(body.count + 8)] + Array(name.utf8) + body
    }

    @Test func inEveryFormat() throws {
        let png =
            [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10] + chunk("eXIf", exif) + chunk("caBX", [1]) + chunk("IEND", [])
        let manifest = Array("JP".utf8) + [0, 1, 0, 0, 0, 1, 0, 0, 0, 40] + Array("jumb....jumdc2pa".utf8)
        let jpeg =
            [0xFF, 0xD8] + segment(0xE1, Array("Exif\0\0".utf8) + exif) + segment(0xEB, manifest) + segment(0xDA, [0])
        var body: [UInt8] = []
        for (name, content) in [("EXIF", exif), ("C2PA", [1, 2])] {
            body += Array(name.utf8) + [UInt8(content.count), 0, 0, 0] + content
        }
        let webp = Array("RIFF".utf8) + [UInt8(body.count + 4), 0, 0, 0] + Array("WEBP".utf8) + body
        let uuid: [UInt8] = [
            0xD8, 0xFE, 0xC3, 0xD6, 0x1B, 0x0E, 0x48, 0x3C, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7E, 0xC4, 0x81,
        ]
        let avif = box("ftyp", Array("avif\0\0\0\0".utf8)) + box("meta", [0, 0, 0, 0]) + box("uuid", uuid + [1])
        let jxl = box("JXL ", [13, 10, 0x87, 10]) + box("jumb", box("jumd", Array("c2pa".utf8)))
        for bytes in [png, jpeg, webp, avif, jxl] {
            #expect(try marks(bytes).hasC2PA)
            for end in stride(from: 0, to: bytes.count, by: 3) { _ = try marks(Array(bytes[..<end])) }
        }
        #expect(try !marks(Array("no image".utf8)).hasC2PA)
    }

    @Test func fieldsInWords() {
        var metadata = ImageMetadata(exif: EXIFTests.photo(bigEndian: true).encoded())
        #expect(metadata.namedEXIF.map(\.name) == ["make", "taken", "artist"])
        #expect(metadata.namedEXIF.map(\.value) == ["Maker", "2026:01:02 03:04:05", "André"])
        #expect(metadata.hasPosition)
        metadata.exif = exif
        #expect(metadata.namedEXIF.map(\.value) == ["Nikon"])
        for end in 0..<exif.count {
            metadata.exif = Array(exif[..<end])
            _ = metadata.namedEXIF
        }
        for place in exif.indices {
            metadata.exif = exif
            metadata.exif?[place] = 0xFF
            _ = metadata.namedEXIF
        }
    }

    @Test func propertiesOfXMP() {
        let space = "urn:a#"
        let packet = """
            <r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="urn:a#">
            <r:Description a:One="\(XMPProperties.escaped("1 < 2 & \"3\"\n"))"><a:Two>&#x41;&apos;</a:Two></r:Description></r:RDF>
            """
        #expect(XMPProperties.text(of: "One", in: space, packet) == "1 < 2 & \"3\"\n")
        #expect(XMPProperties.text(of: "Two", in: space, packet) == "A'")
        #expect(XMPProperties.text(of: "Three", in: space, packet) == nil)
        #expect(XMPProperties.text(of: "One", in: space, "<a") == nil)
        let rest = XMPProperties.removing(space, from: packet)
        #expect(XMPProperties.text(of: "One", in: space, rest) == nil && !rest.contains("Two"))
    }
}
