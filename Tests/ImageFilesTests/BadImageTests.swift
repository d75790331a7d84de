import TestSupport
import Testing

@testable import ImageFiles

/// Malformed images are decoded right or refused with a typed error.
@Suite struct BadImageTests {
    @Test(arguments: Fixture.all)
    func truncatedFilesAreRefusedOrWhole(fixture: Fixture) throws {
        let bytes = try fixture.bytes()
        let whole = try Image.decode(bytes, name: "image")
        for count in stride(from: 64, to: bytes.count, by: 64) {
            do {
                let image = try Image.decode(Array(bytes.prefix(count)), name: "image")
                #expect(image.samples == whole.samples, "\(count) of \(bytes.count) bytes gave another image")
            } catch ImageError.truncated(let file, _) {
                #expect(file == "image")
            }
        }
    }

    @Test(arguments: ["rgb8.png", "rgba16-interlaced.png", "baseline-420.jpg", "progressive-444.jpg"])
    func everyTruncationIsRefusedOrWhole(name: String) throws {
        let bytes = try Fixture.contents(name)
        let whole = try Image.decode(bytes, name: "image")
        for count in 4..<bytes.count {
            do {
                let image = try Image.decode(Array(bytes.prefix(count)), name: "image")
                #expect(image.samples == whole.samples, "\(count) of \(bytes.count) bytes gave another image")
            } catch ImageError.truncated {}
        }
    }

    @Test(arguments: Fixture.all)
    func flippedBitsGiveATypedErrorOrAImage(fixture: Fixture) throws {
        let bytes = try fixture.bytes()
        var state: UInt64 = 7
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(truncatingIfNeeded: state >> 33) % bound
        }
        let limits = ImageLimits(maxWidth: 4096, maxHeight: 4096, maxPixels: 1 << 20, maxBytes: 1 << 24)
        for flips in [1, 1, 1, 1, 1, 1, 1, 1, 3, 3, 3, 3, 9, 9, 40, 40] {
            var damaged = bytes
            for _ in 0..<flips { damaged[next(damaged.count)] ^= 1 << UInt8(next(8)) }
            do {
                let image = try Image.decode(damaged, name: "image", limits: limits)
                // A PNG carries checksums: damage cannot pass without a word. The word for eXIf is that the image was
                // not turned.
                let isTurned = !image.metadata.losses.contains { $0.kind == .damage && "\($0)".contains("eXIf") }
                if fixture.isPNG, isTurned { #expect(image.samples == fixture.expected.samples) }
            } catch is ImageError {}
        }
    }

    @Test(arguments: Fixture.all)
    func partialImagesComeOnRequest(fixture: Fixture) throws {
        let bytes = try fixture.bytes()
        let cut = Array(bytes.prefix(bytes.count - bytes.count / 8))
        guard let image = try? Image.decode(cut, name: "image", allowPartial: true) else { return }
        #expect(image.metadata.isPartial)
        // The orientation of a PNG may stand behind the pixels, in the part that is gone.
        #expect([image.width, image.height].sorted() == [fixture.expected.width, fixture.expected.height].sorted())
    }

    @Test(arguments: ["baseline-444.jpg", "restart.jpg", "gray.jpg"])
    func aPartialJPEGKeepsItsTop(name: String) throws {
        let bytes = try Fixture.contents(name)
        let whole = try Image.decode(bytes, name: "image")
        let cut = Array(bytes.prefix(bytes.count - 100))
        #expect {
            try Image.decode(cut, name: "image")
        } throws: {
            if case ImageError.truncated = $0 { true } else { false }
        }
        let image = try Image.decode(cut, name: "image", allowPartial: true)
        let top = image.width * image.channels * 8
        #expect(image.metadata.isPartial)
        #expect(try image.samples8().prefix(top) == whole.samples8().prefix(top))
        #expect(try image.samples8() != whole.samples8())
    }

    @Test func aPartialPNGKeepsItsTop() throws {
        let bytes = try Fixture.contents("rgb8.png")
        let expected = try Fixture.named("rgb8.png").expected.samples8()
        let image = try Image.decode(Array(bytes.prefix(bytes.count / 2)), name: "image", allowPartial: true)
        #expect(image.metadata.isPartial)
        #expect(try image.samples8().prefix(19 * 3 * 3) == expected.prefix(19 * 3 * 3))
        #expect(try image.samples8().suffix(19 * 3) == ArraySlice(repeating: 0, count: 19 * 3))
    }

    @Test func aWrongExtensionDoesNotMatter() throws {
        let folder = try TemporaryFolder()
        let png = try folder.file("really-a-png.jpg", Fixture.contents("rgb8.png"))
        let jpeg = try folder.file("really-a-jpeg.png", Fixture.contents("gray.jpg"))
        #expect(try Image.read(png).metadata.sourceFormat == .png)
        #expect(try Image.read(jpeg).metadata.sourceFormat == .jpeg)
        #expect(try Image.header(of: png).format == .png)
    }

    @Test func anEmptyFileIsNoImage() throws {
        let path = try TemporaryFolder().file("empty.png", [])
        #expect(throws: ImageError.unreadable(file: path, reason: "there is no such file")) { try Image.read(path) }
        let folder = try TemporaryFolder()
        let empty = try folder.file("empty.png", [])
        let error = ImageError.notAnImage(file: empty, reason: "the file is empty")
        #expect(throws: error) { try Image.read(empty) }
        #expect(throws: error) { try Image.header(of: empty) }
    }

    @Test func aDirectoryIsUnreadable() throws {
        let folder = try TemporaryFolder()
        let error = ImageError.unreadable(file: folder.path, reason: "it is a directory")
        #expect(throws: error) { try Image.read(folder.path) }
        #expect(throws: error) { try Image.header(of: folder.path) }
        #expect(error.description == "\(folder.path): cannot be read: it is a directory")
    }

    @Test(arguments: [
        ("qoif", "QOI"), ("8BPS\0\u{1}", "Photoshop"), ("P6\n4 4\n255\n", "Netpbm"),
    ])
    func otherFormatsAreNamed(content: String, format: String) {
        #expect {
            try Image.decode(Array(content.utf8), name: "image")
        } throws: {
            guard case ImageError.unsupported(_, let reason) = $0 else { return false }
            return reason.contains(" \(format) image; PNG, JPEG, WebP, TIFF, GIF, BMP")
        }
    }

    @Test(arguments: [
        ("\0\0\0\u{18}ftypheic\0\0\0\0mif1heic", ImageFormat.heic), ("\0\0\0\u{14}ftypmif1\0\0\0\0heic", .heic),
        ("\0\0\0\u{18}ftypmif1\0\0\0\0miafavif", .avif), ("\0\0\0\u{C}ftypavis", .avif), ("\0\0\0\u{C}JXL \r\n", .jxl),
        ("\0\0\0\u{18}ftypmp42\0\0\0\0mp42isom", nil), ("\0\0\0\u{14}ftypqt  \0\0\0\0qt  ", nil), ("\0\0\0 ftyp", nil),
    ])
    func brandsTellFormatsApart(content: String, format: ImageFormat?) {
        #expect(ImageFormat.sniff(Array(content.utf8)) == format)
    }

    @Test func aMissingLibraryIsNamed() {
        #expect(ImageFormat.avif.missingLibrary.contains("install libheif-dev"))
        #expect(ImageFormat.jxl.missingLibrary.contains("install libjxl-dev"))
        for format in ImageFormat.allCases where !format.isRead {
            let start: [UInt8] = format == .jxl ? [0xFF, 0x0A] : Array("\0\0\0\u{C}ftyp\(format)".utf8)
            #expect(throws: ImageError.unsupported(file: "image", reason: format.missingLibrary)) {
                try Image.decode(start, name: "image")
            }
        }
    }

    @Test(arguments: [
        ("%PDF-1.7", "it is a PDF document"), ("FUJIFILMCCD-RAW 0201", "it is a camera raw file"),
        ("\0\0\0 ftypcrx ", "it is a camera raw file"), ("IIU\0\u{8}\0\0\0", "it is a camera raw file"),
    ])
    func whatHasToBecomeAnImageFirstIsNamed(content: String, words: String) {
        #expect {
            try Image.decode(Array(content.utf8), name: "image")
        } throws: {
            guard case ImageError.unsupported(_, let reason) = $0 else { return false }
            return reason.hasPrefix(words) && reason.contains("first")
        }
    }

    @Test func textIsNoImage() {
        #expect {
            try Image.decode(Array("hello, world".utf8), name: "image")
        } throws: {
            if case ImageError.notAnImage = $0 { true } else { false }
        }
    }

    @Test func aPNGThatWasTransferredAsTextIsCorrupt() throws {
        let bytes = try Fixture.contents("rgb8.png")
        #expect {
            try Image.decode([0x89, 0x50, 0x4E, 0x47, 0x0A, 0x1A, 0x0A] + bytes.dropFirst(8), name: "image")
        } throws: {
            if case ImageError.corrupt = $0 { true } else { false }
        }
    }

    /// Precision 12 and the lossless process, written into the frame header of a good JPEG.
    @Test(arguments: [(offset: 4, value: UInt8(12)), (offset: 1, value: UInt8(0xC3))])
    func jpegsOfOtherKindsAreUnsupported(offset: Int, value: UInt8) throws {
        var bytes = try Fixture.contents("gray.jpg")
        let frame = try #require(bytes.indices.dropLast().first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 })
        bytes[frame + offset] = value
        #expect {
            try Image.decode(bytes, name: "image")
        } throws: {
            if case ImageError.unsupported = $0 { true } else { false }
        }
    }
}
