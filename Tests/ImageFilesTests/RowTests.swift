import Foundation
import Testing

@testable import ImageFiles

/// Images read and written row by row against the same ones in one piece.
@Suite struct RowTests {
    private static func strips(_ rows: any ImageRows, of count: Int) throws -> Image? {
        var parts: [Image] = []
        while let part = try rows.next(count) { parts.append(part) }
        return parts.isEmpty ? nil : Image(stacking: parts)
    }

    @Test(arguments: Fixture.all) func rowsAreThoseOfTheWholeImage(_ fixture: Fixture) throws {
        let whole = try Image.read(fixture.path)
        for count in [1, 7, 1000] {
            let reader = try ImageRowReader(fixture.path)
            #expect(reader.width == whole.width && reader.height == whole.height)
            let stacked = try Self.strips(reader, of: count)
            #expect(stacked?.samples == whole.samples)
            #expect(stacked?.channels == whole.channels && reader.bitDepth == whole.bitDepth)
            #expect(reader.metadata == whole.metadata)
        }
        let header = try Image.header(of: fixture.path)
        let isInOrder =
            header.orientation <= 2
            && !["interlaced", "progressive", "component"].contains { fixture.name.contains($0) }
        #expect(header.isInOrder == isInOrder)
    }

    @Test(arguments: ["rgb16.png", "baseline-420.jpg", "gray8-interlaced.png"])
    func whatIsCutOffFailsAndComesAsFarAsItGoes(name: String) throws {
        let folder = NSTemporaryDirectory() + "atelier-rows-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let bytes = try Fixture.named(name).bytes()
        let path = folder + "/" + name
        try Data(bytes[..<(bytes.count * 9 / 10)]).write(to: URL(fileURLWithPath: path))
        #expect {
            _ = try Self.strips(ImageRowReader(path), of: 4)
        } throws: { error in
            if case ImageError.truncated = error { true } else { false }
        }
        let reader = try ImageRowReader(path, allowPartial: true)
        let rows = try #require(try Self.strips(reader, of: 4))
        #expect(rows.height == reader.height && reader.metadata.isPartial)
        let whole = try Image.read(path, allowPartial: true)
        let known = whole.rows(0..<max(whole.height / 4, 1))
        #expect(rows.rows(0..<known.height).samples == known.samples)
    }

    @Test(arguments: RoundTripTests.kinds) func filesAreThoseOfTheWholeImage(channels: Int, bits: Int) throws {
        let folder = NSTemporaryDirectory() + "atelier-rows-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var image = Image.sample(width: 37, height: 23, channels: channels, bits: bits)
        image.metadata.density = .dotsPerInch(300)
        image.metadata.text = [.init(keyword: "Title", value: "rows")]
        for options in [EncodingOptions.png(), .png(.init(bitDepth: 16)), .jpeg()] {
            let path = folder + "/image." + options.format.fileExtension
            let writer = try ImageRowWriter(
                path, options: options, width: 37, height: 23, channels: channels, bitDepth: bits,
                metadata: image.metadata)
            #expect(!FileManager.default.fileExists(atPath: path))
            try writer.append(image.rows(0..<5))
            try writer.append(image.rows(5..<23))
            let count = try writer.finish()
            let expected = try image.encoded(as: options)
            #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) == expected && count == expected.count)
            try FileManager.default.removeItem(atPath: path)
        }
    }

    @Test func whatIsNotFinishedLeavesNothing() throws {
        let folder = NSTemporaryDirectory() + "atelier-rows-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let image = Image.sample(width: 9, height: 9, channels: 3, bits: 8)
        do {
            let writer = try ImageRowWriter(
                folder + "/a.png", options: .png(), width: 9, height: 9, channels: 3, bitDepth: 8,
                metadata: ImageMetadata())
            try writer.append(image.rows(0..<4))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        #expect(throws: ImageError.self) {
            _ = try ImageRowWriter(
                folder + "/missing/a.png", options: .png(), width: 9, height: 9, channels: 3, bitDepth: 8,
                metadata: ImageMetadata())
        }
        #expect(throws: ImageError.self) {
            _ = try ImageRowWriter(
                folder + "/a.jpg", options: .jpeg(), width: 70_000, height: 9, channels: 3, bitDepth: 8,
                metadata: ImageMetadata())
        }
    }
}
