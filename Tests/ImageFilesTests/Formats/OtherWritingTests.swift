import Foundation
import TestSupport
import Testing

@testable import ImageFiles

/// WebP and TIFF, as they are written.
@Suite struct OtherWritingTests {
    @Test(arguments: [1, 2, 3, 4], [8, 16])
    func aTIFFKeepsEveryPixel(channels: Int, bits: Int) throws {
        let image = Image.sample(width: 33, height: 70, channels: channels, bits: bits)
        for compression in [EncodingOptions.TIFF.Compression.none, .lzw, .deflate] {
            let again = try Image.decode(image.encoded(as: .tiff(.init(compression: compression))), name: "again")
            #expect(again.samples == image.samples, "\(compression)")
            #expect(again.channels == channels)
        }
    }

    @Test(arguments: [1, 2, 3, 4])
    func aTIFFOfJPEGComesClose(channels: Int) throws {
        let image = Image.gradient(width: 61, height: 47, channels: channels)
        let again = try Image.decode(image.encoded(as: .tiff(.init(compression: .jpeg))), name: "again")
        #expect(try again.largestDifference(from: image) <= 12)
    }

    @Test(arguments: [1, 2, 3, 4])
    func aLosslessWebPKeepsEveryPixel(channels: Int) throws {
        let image = Image.sample(width: 33, height: 20, channels: channels, bits: 8)
        let again = try Image.decode(image.encoded(as: .webp(.init(isLossless: true))), name: "again")
        #expect(again.channels == (channels <= 2 ? channels + 2 : channels))
        let own = try image.samples8()
        var expected: [UInt8] = []
        for pixel in stride(from: 0, to: own.count, by: channels) {
            if channels <= 2 { expected += [own[pixel], own[pixel]] }
            expected += own[pixel..<pixel + channels]
        }
        #expect(try again.samples8() == expected)
    }

    @Test(arguments: [3, 4])
    func aLossyWebPComesClose(channels: Int) throws {
        let image = Image.gradient(width: 61, height: 47, channels: channels)
        let again = try Image.decode(image.encoded(as: .webp()), name: "again")
        #expect(try again.largestDifference(from: image) <= 24)
        let small = try image.encoded(as: .webp(.init(quality: 10)))
        #expect(small.count < (try image.encoded(as: .webp(.init(quality: 100)))).count)
    }

    @Test func sixteenBitsAreRoundedForWebP() throws {
        let image = Image.sample(width: 9, height: 5, channels: 3, bits: 16)
        let again = try Image.decode(image.encoded(as: .webp(.init(isLossless: true))), name: "again")
        #expect(again.samples == image.converted8().samples)
        let narrow = try Image.decode(image.encoded(as: .tiff(.init(bitDepth: 8))), name: "again")
        #expect(narrow.samples == image.converted8().samples)
    }

    @Test(arguments: [EncodingOptions.tiff(), .tiff(.init(compression: .jpeg)), .webp(.init(isLossless: true))])
    func rowsGiveTheSameFile(options: EncodingOptions) throws {
        let image = Image.sample(width: 33, height: 300, channels: 3, bits: 8)
        let folder = try TemporaryFolder()
        let path = folder.path + "/rows." + options.format.fileExtension
        let writer = try ImageRowWriter(
            path, options: options, width: 33, height: 300, channels: 3, bitDepth: 8, metadata: image.metadata)
        for start in stride(from: 0, to: 300, by: 7) { try writer.append(image.rows(start..<min(start + 7, 300))) }
        let count = try writer.finish()
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(bytes.count == count)
        #expect(bytes == (try image.encoded(as: options)))
    }

    @Test func invalidChoicesAreRefused() {
        let image = Image.gradient(width: 9, height: 5, channels: 3)
        let wide = Image.gradient(width: 16_384, height: 1, channels: 1)
        for (image, options) in [
            (image, EncodingOptions.webp(.init(quality: 0))), (image, .webp(.init(effort: 7))),
            (image, .tiff(.init(quality: 101))), (image, .tiff(.init(bitDepth: 12))), (wide, .webp()),
        ] {
            #expect {
                try image.encoded(as: options)
            } throws: {
                if case ImageError.unsupported = $0 { true } else { false }
            }
        }
    }

    @Test func namesChooseFormats() throws {
        let folder = try TemporaryFolder()
        let image = Image.gradient(width: 9, height: 5, channels: 3)
        for (name, format) in [("a.webp", ImageFormat.webp), ("a.TIF", .tiff), ("b.tiff", .tiff)] {
            try image.write(to: folder.path + "/" + name)
            #expect(try Image.header(of: folder.path + "/" + name).format == format)
        }
        for name in ["a.gif", "a.bmp"] {
            #expect(throws: ImageError.self) { try image.write(to: folder.path + "/" + name) }
        }
    }
}
