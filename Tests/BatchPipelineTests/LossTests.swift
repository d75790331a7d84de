import Files
import Foundation
import ImageFiles
import Testing

@testable import BatchPipeline

/// What an image holds and its result does not is counted in the summary and named in the report.
@Suite struct LossTests {
    private static let image = Image(width: 8, height: 8, channels: 3, samples8: [UInt8](repeating: 90, count: 192))
    private static let checksum = "what has a wrong checksum (tEXt)"
    private static let gainMap = "the gain map, which makes the image HDR"

    private let place: Place

    init() throws {
        place = try Place()
        var titled = Self.image
        titled.metadata.text = [.init(keyword: "Title", value: "x")]
        var damaged = try titled.encoded(as: .png())
        let text = try #require(damaged.indices.first { damaged[$0...].starts(with: "tEXt".utf8) })
        damaged[text + 4 + 7] ^= 1
        try place.file("in/damaged.png", damaged)
        let jpeg = try titled.encoded(as: .jpeg())
        let name = Array("urn:iso:std:iso:ts:21496:-1\0".utf8) + [0, 0, 0, 0]
        let marker: [UInt8] = [0xFF, 0xE2, 0, UInt8(name.count + 2)] + name
        try place.file("in/hdr.jpg", Array(jpeg[..<2]) + marker + jpeg[2...])
        try place.file("in/plain.png", titled.encoded(as: .png()))
        var long = titled
        long.metadata.xmp = String(repeating: " ", count: 70_000)
        try place.file("in/long.png", long.encoded(as: .png()))
    }

    /// Copies the images, as a whole or in strips.
    private func copy(
        _ inputs: [String] = ["in"], inStrips: Bool, format: ImageFormat? = nil
    ) throws -> (summary: BatchSummary, told: Told) {
        let told = Told()
        var settings = place.settings(inputs)
        settings.format = format
        @Sendable func handling(_ header: ImageHeader) -> ImageHandling {
            inStrips ? .file(bytes: 1000) : .decoded(resultBytes: header.byteCount)
        }
        let summary = try BatchRun(settings).run(handling: handling, telling: told.tell) { task in
            if let image = task.image { return [ImageResult(image)] }
            func result(_ image: any ImageRows) -> StripResult {
                StripResult(
                    width: image.width, height: image.height, channels: image.channels, bitDepth: image.bitDepth,
                    metadata: image.metadata)
            }
            return [try task.inStrips(result: result) { _, emit in emit }]
        }
        return (summary, told)
    }

    @Test(arguments: [true, false]) func lossesOfReadingAreNamed(inStrips: Bool) throws {
        let (summary, told) = try copy(inStrips: inStrips)
        #expect(summary.done == 4 && summary.isComplete)
        #expect(summary.lost == [.damage: 1, .gainMap: 1])
        #expect(summary.description.contains("not in the results: gain maps of 1 image, damaged chunks of 1 image"))
        #expect(summary.line(exitCode: 0).text.contains("\"lost\":{\"gain maps\":1,\"damaged chunks\":1}"))
        let expected = ["damaged.png": [Self.checksum], "hdr.jpg": [Self.gainMap]]
        for line in try place.lines("report.jsonl") {
            #expect(line.lost == expected[split(line.input).name])
        }
        for record in told.records {
            #expect(record.losses.map(\.description) == expected[split(record.input).name] ?? [])
        }
    }

    @Test(arguments: [true, false]) func lossesOfWritingAreNamed(inStrips: Bool) throws {
        let (summary, told) = try copy(["in/long.png", "in/plain.png"], inStrips: inStrips, format: .jpeg)
        #expect(summary.done == 2 && summary.isComplete)
        #expect(summary.lost == [.metadata: 1])
        let losses = told.records.flatMap(\.losses).map(\.description)
        #expect(losses == ["the XMP packet (it has 70000 bytes; a JPEG holds 65504)"])
        #expect(try Image.read(place("out/long.jpg")).metadata.xmp == nil)
    }

    @Test(arguments: [true, false]) func nothingIsSaidWhereNothingIsLost(inStrips: Bool) throws {
        let (summary, _) = try copy(["in/plain.png"], inStrips: inStrips)
        #expect(summary.lost.isEmpty)
        #expect(!summary.description.contains("not in the results"))
        #expect(try !String(contentsOfFile: place("report.jsonl"), encoding: .utf8).contains("lost"))
    }

    @Test func aPointerOfGitLFSFailsWithWhatToDo() throws {
        try place.file("in/a.png", Array("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 7\n".utf8))
        let (summary, told) = try copy(["in/a.png"], inStrips: false)
        #expect(summary.failed == 1)
        #expect(told.failures.hasSuffix("run git lfs pull"))
    }
}
