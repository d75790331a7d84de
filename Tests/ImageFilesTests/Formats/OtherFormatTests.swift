import TestSupport
import Testing

@testable import ImageFiles

/// All formats but PNG and JPEG: pixels that are known, at once and row by row.
@Suite struct OtherFormatTests {
    @Test func thereAreFixtures() {
        for format in ImageFormat.allCases where format.isRead && format != .png && format != .jpeg {
            #expect(Fixture.others.contains { ImageFormat(path: $0.name) == format }, "\(format)")
        }
    }

    @Test(arguments: Fixture.others)
    func pixelsAreKnown(fixture: Fixture) throws {
        let image = try Image.read(fixture.path)
        #expect((image.width, image.height) == (fixture.expected.width, fixture.expected.height))
        #expect(image.channels == fixture.expected.channels)
        if fixture.tolerance == 0 {
            #expect(image.samples == fixture.expected.samples)
        } else {
            #expect(try image.largestDifference(from: fixture.expected) <= fixture.tolerance)
        }
        #expect(image.metadata.sourceFormat == ImageFormat(path: fixture.name))
        #expect(image.metadata.sourceBitDepth == fixture.depth)
        #expect(!image.metadata.isPartial)
    }

    @Test(arguments: Fixture.others)
    func headersAndRowsAgreeWithTheWhole(fixture: Fixture) throws {
        let whole = try Image.read(fixture.path)
        let header = try Image.header(of: fixture.path)
        #expect((header.width, header.height, header.channels) == (whole.width, whole.height, whole.channels))
        #expect(header.bitDepth == fixture.depth)
        #expect(header.orientation == fixture.orientation)
        #expect(header.format == ImageFormat(path: fixture.name))
        let reader = try ImageRowReader(fixture.path)
        var parts: [Image] = []
        while let rows = try reader.next(3) { parts.append(rows) }
        #expect(Image(stacking: parts).samples == whole.samples)
        #expect(reader.metadata == whole.metadata)
    }

    @Test(arguments: Fixture.others)
    func truncatedFilesAreRefusedOrWhole(fixture: Fixture) throws {
        let bytes = try fixture.bytes()
        let whole = try Image.decode(bytes, name: "image")
        for count in stride(from: 18, to: bytes.count, by: bytes.count > 1500 ? 7 : 1) {
            let cut = Array(bytes.prefix(count))
            do {
                let image = try Image.decode(cut, name: "image")
                // A cut directory of a TIFF is another directory; libtiff passes over tags that are not there.
                if !fixture.name.hasSuffix(".tif") { #expect(image.samples == whole.samples, "\(count) bytes") }
            } catch let error as ImageError {
                #expect(error.file == "image")
                if case .notAnImage = error { Issue.record("\(count) bytes are no image: \(error)") }
            }
            _ = try? Image.decode(cut, name: "image", allowPartial: true)
        }
    }

    @Test(arguments: Fixture.others)
    func flippedBitsGiveATypedErrorOrAnImage(fixture: Fixture) throws {
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
            do { _ = try Image.decode(damaged, name: "image", limits: limits) } catch is ImageError {}
            _ = try? Image.decode(damaged, name: "image", limits: limits, allowPartial: true)
        }
    }

    @Test(arguments: ["rgb-zip-2.tif", "rgb24.bmp", "top-down.bmp", "plain.gif", "lossless.webp", "rgb-tiled.tif"])
    func partialImagesComeOnRequest(name: String) throws {
        // The directory of a TIFF that tiffcp wrote lies behind the pixels; a hole takes the place of the end.
        var bytes = try Fixture.contents(name, in: "ImageFormats")
        if name.hasSuffix(".tif") {
            for index in bytes.count / 3..<bytes.count / 3 + 400 { bytes[index] = 0xFF }
        } else {
            bytes.removeLast(bytes.count / 10)
        }
        guard !name.hasPrefix("rgb-tiled") else {
            #expect(throws: Never.self) { try Image.decode(bytes, name: "image") }
            return
        }
        #expect(throws: ImageError.self) { try Image.decode(bytes, name: "image") }
        let image = try Image.decode(bytes, name: "image", allowPartial: true)
        #expect(image.metadata.isPartial)
        #expect(image.width == (try Fixture.named(name)).expected.width)
    }

    @Test(
        arguments: ["rgb8.tif", "rgb24.bmp", "plain.gif", "lossless.webp", "rgb8.avif", "rgb8.heic", "rgb8.jxl"].filter
        {
            ImageFormat(path: $0)?.isRead == true
        })
    func limitsApplyBeforeMemory(name: String) throws {
        let bytes = try Fixture.contents(name, in: "ImageFormats")
        for limits in [
            ImageLimits(maxWidth: 10, maxHeight: 100, maxPixels: 1 << 20, maxBytes: 1 << 20),
            ImageLimits(maxWidth: 100, maxHeight: 10, maxPixels: 1 << 20, maxBytes: 1 << 20),
            ImageLimits(maxWidth: 100, maxHeight: 100, maxPixels: 200, maxBytes: 1 << 20),
            ImageLimits(maxWidth: 100, maxHeight: 100, maxPixels: 1 << 20, maxBytes: 300),
        ] {
            #expect {
                try Image.decode(bytes, name: "image", limits: limits)
            } throws: {
                if case ImageError.tooLarge = $0 { true } else { false }
            }
        }
    }
}
