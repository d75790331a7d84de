import Testing

@testable import ImageFiles

/// An ICC profile as programs write them, right or wrong, for a color image.
struct OddProfile: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    /// What a PNG and a JPEG hold of it.
    let inPNG: [UInt8]?
    let inJPEG: [UInt8]?

    var testDescription: String { name }

    private init(_ name: String, _ bytes: [UInt8], png: Bool, jpeg: Bool = true) {
        (self.name, self.bytes) = (name, bytes)
        inPNG = png ? bytes : nil
        inJPEG = jpeg ? bytes : nil
    }

    /// One whose surplus bytes a PNG does not get.
    private init(_ name: String, _ bytes: [UInt8], cutInPNG count: Int) {
        (self.name, self.bytes) = (name, bytes)
        (inPNG, inJPEG) = (Array(bytes.prefix(count)), bytes)
    }

    /// A profile of three tags; what changes is written over it.
    static func profile(
        space: String = "RGB ", version: UInt8 = 2, surplus: Int = 0, _ changes: (offset: Int, bytes: [UInt8])...
    ) -> [UInt8] {
        let tags = ["desc", "wtpt", "rXYZ"]
        var bytes = [UInt8](repeating: 0, count: 132 + 12 * tags.count)
        func put(_ offset: Int, _ new: [UInt8]) { bytes.replaceSubrange(offset..<offset + new.count, with: new) }
        for (offset, word) in [(4, "test"), (12, "mntr"), (16, space), (20, "XYZ "), (36, "acsp")] {
            put(offset, Array(word.utf8))
        }
        put(8, [version, 0x20])
        put(68, [0, 0, 0xF6, 0xD6, 0, 1, 0, 0, 0, 0, 0xD3, 0x2D])
        put(128, PNGBytes.bigEndian(tags.count))
        for (index, tag) in tags.enumerated() {
            put(132 + 12 * index, Array(tag.utf8) + PNGBytes.bigEndian(bytes.count) + PNGBytes.bigEndian(20))
            bytes += Array("XYZ ".utf8) + [UInt8](repeating: UInt8(index + 1), count: 16)
        }
        bytes += [UInt8](repeating: 9, count: surplus)
        put(0, PNGBytes.bigEndian(bytes.count))
        for change in changes { put(change.offset, change.bytes) }
        return bytes
    }

    private static let size = profile().count

    static let all: [OddProfile] = [
        OddProfile("ordinary", profile(), png: true),
        OddProfile("version 4", profile(version: 4), png: true),
        OddProfile("illuminant D65", profile((68, [0, 0, 0xF3, 0x51, 0, 1, 0, 0, 0, 1, 0x16, 0xCC])), png: true),
        OddProfile("no illuminant", profile((68, [UInt8](repeating: 0, count: 12))), png: true),
        OddProfile("intent 7", profile((64, [0, 0, 0, 7])), png: true),
        OddProfile("intent 65536", profile((64, [0, 1, 0, 0])), png: false),
        OddProfile("named colors", profile((12, Array("nmcl".utf8))), png: true),
        OddProfile("unknown class", profile((12, Array("????".utf8))), png: true),
        OddProfile("abstract", profile((12, Array("abst".utf8))), png: false),
        OddProfile("device link", profile((12, Array("link".utf8))), png: false),
        OddProfile("connection space RGB", profile((20, Array("RGB ".utf8))), png: false),
        OddProfile("no signature", profile((36, [0, 0, 0, 0])), png: false),
        OddProfile("a tag outside", profile((136, PNGBytes.bigEndian(size - 10))), png: false),
        OddProfile("a tag far outside", profile((136, [0xFF, 0xFF, 0xFF, 0xF0])), png: false),
        OddProfile("an odd tag", profile((136, PNGBytes.bigEndian(size - 23))), png: true),
        OddProfile("a billion tags", profile((128, PNGBytes.bigEndian(1 << 30))), png: false),
        OddProfile("two bytes missing", profile((0, PNGBytes.bigEndian(size + 2))), png: false),
        OddProfile("two bytes too many", profile(surplus: 2, (0, PNGBytes.bigEndian(size))), cutInPNG: size),
        OddProfile("length 0", profile((0, [0, 0, 0, 0])), png: false),
        OddProfile("odd length of version 4", profile(version: 4, surplus: 2), png: false),
        OddProfile("no table of tags", Array(profile().prefix(130)), png: false),
        OddProfile("too short", Array(profile().prefix(100)), png: false, jpeg: false),
        OddProfile("one byte", [7], png: false, jpeg: false),
        OddProfile("CMYK", profile(space: "CMYK"), png: false, jpeg: false),
        OddProfile("gray on color", profile(space: "GRAY"), png: false, jpeg: false),
        OddProfile("unprintable space", profile(space: "\u{1}\u{2}\u{3}\u{4}"), png: false, jpeg: false),
    ]
}

/// Image files with a profile put into them as it is.
enum ProfiledFile {
    static func png(_ profile: [UInt8], channels: Int = 3) throws -> [UInt8] {
        let bytes = try Image.gradient(width: 9, height: 5, channels: channels).encoded(as: .png())
        let chunk = PNGBytes.chunk("iCCP", Array("odd".utf8) + [0, 0] + PNGBytes.stored(profile))
        return Array(bytes[..<33]) + chunk + bytes[33...]
    }

    static func jpeg(_ profile: [UInt8], channels: Int = 3) throws -> [UInt8] {
        let bytes = try Image.gradient(width: 9, height: 5, channels: channels).encoded(as: .jpeg())
        return Array(bytes[..<2]) + JPEGBytes.marker(0xE2, Array("ICC_PROFILE\0".utf8) + [1, 1] + profile) + bytes[2...]
    }
}

/// Markers put together by hand.
enum JPEGBytes {
    static func marker(_ code: UInt8, _ data: [UInt8]) -> [UInt8] {
        [0xFF, code] + PNGBytes.bigEndian(data.count + 2)[2...] + data
    }

    /// An image with markers behind its start.
    static func image(_ markers: [UInt8], channels: Int = 3) throws -> [UInt8] {
        let bytes = try Image.gradient(width: 16, height: 8, channels: channels).encoded(as: .jpeg())
        return Array(bytes[..<2]) + markers + bytes[2...]
    }

    static func xmp(_ packet: String) -> [UInt8] {
        marker(0xE1, Array("http://ns.adobe.com/xap/1.0/\0".utf8) + Array(packet.utf8))
    }
}
