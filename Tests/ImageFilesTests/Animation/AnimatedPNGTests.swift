import Foundation
import TestSupport
import Testing

@testable import ImageFiles

/// Animations, read again chunk by chunk.
@Suite struct AnimatedPNGTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func frame(_ number: Int, width: Int = 9, height: Int = 5, channels: Int = 3) -> Image {
        let samples = (0..<width * height * channels).map { UInt8(($0 * 7 + number * 31) % 256) }
        return Image(width: width, height: height, channels: channels, samples8: samples)
    }

    private func write(_ images: [Image], _ name: String = "a.png") throws -> [PNGChunk] {
        let writer = try AnimatedPNGWriter(folder.path + "/" + name, frames: images.count, milliseconds: 70, plays: 3)
        for image in images { try writer.add(image) }
        try writer.finish()
        return PNGChunk.all(in: Array(try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + name))))
    }

    private func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

    /// The images of an animation: each frame's data as a file of its own.
    private func frames(_ chunks: [PNGChunk]) throws -> [Image] {
        var data: [[PNGChunk]] = []
        for chunk in chunks {
            switch chunk.type {
            case "fcTL": data.append([])
            case "IDAT": data[data.count - 1].append(chunk)
            case "fdAT": data[data.count - 1].append(PNGChunk("IDAT", chunk.content.dropFirst(4)))
            default: break
            }
        }
        return try data.enumerated().map { index, parts in
            let file =
                [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
                + ([chunks[0]] + parts + [chunks.last!])
                .flatMap(\.bytes)
            return try Image(contentsOf: folder.file("frame\(index).png", file))
        }
    }

    @Test(arguments: 1...4) func framesAreWhatWasAdded(channels: Int) throws {
        let images = (0..<4).map { frame($0, channels: channels) }
        let chunks = try write(images)
        #expect(try frames(chunks).map(\.samples) == images.map(\.samples))
        // Programs that know no animations show the first frame.
        #expect(try Image(contentsOf: folder.path + "/a.png").samples == images[0].samples)
        let fine = try write(images.map { $0.converted16() }, "b.png")
        #expect(try frames(fine).map(\.samples) == images.map { $0.converted16().samples })
    }

    @Test func chunksFollowTheSpecification() throws {
        let chunks = try write((0..<3).map { frame($0) })
        #expect(chunks.first?.type == "IHDR" && chunks[1].type == "acTL" && chunks.last?.type == "IEND")
        #expect(number(chunks[1].content.prefix(4)) == 3 && number(chunks[1].content.suffix(4)) == 3)
        let numbered = chunks.filter { ["fcTL", "fdAT"].contains($0.type) }
        #expect(numbered.map { number($0.content.prefix(4)) } == Array(0..<numbered.count))
        #expect(numbered.map(\.type) == ["fcTL", "fcTL", "fdAT", "fcTL", "fdAT"])
        for control in chunks where control.type == "fcTL" {
            let words = Array(control.content)
            #expect(words.count == 26 && Array(words[4..<12]) == [0, 0, 0, 9, 0, 0, 0, 5])
            #expect(Array(words[20..<26]) == [0, 70, 3, 0xE8, 0, 0])
        }
    }

    @Test func metadataAreThoseOfTheFirstFrame() throws {
        var images = (0..<2).map { frame($0) }
        images[0].metadata = ImageMetadata(text: [ImageMetadata.Text(keyword: "Model", value: "first")])
        images[1].metadata = ImageMetadata(text: [ImageMetadata.Text(keyword: "Model", value: "second")])
        _ = try write(images)
        #expect(try Image(contentsOf: folder.path + "/a.png").metadata.text.map(\.value) == ["first"])
    }

    @Test func framesOfOtherSizesAreRefusedAndNothingIsLeft() throws {
        for other in [frame(1, width: 8), frame(1, channels: 4), frame(1).converted16()] {
            #expect(throws: ImageError.self) { try write([frame(0), other]) }
        }
        #expect(folder.contents.isEmpty)
        #expect(throws: ImageError.self) { try AnimatedPNGWriter(folder.path + "/none/a.png", frames: 1) }
    }
}
