import Files
import Foundation
import TestSupport
import Testing

@testable import ImageFiles

/// An image in `Tests/Fixtures/ImageFiles`, or in `ImageFormats`, and what an independent decoder makes of it.
struct Fixture: Sendable, CustomTestStringConvertible {
    let folder: String
    let name: String
    let expected: Image
    let depth: Int
    let orientation: Int
    /// How far samples may be from the expected ones.
    let tolerance: Int

    var testDescription: String { name }
    var path: String { Fixtures.path(folder + "/" + name) }
    var isPNG: Bool { name.hasSuffix(".png") }
    var isCMYK: Bool { name.hasPrefix("cmyk") || name.hasPrefix("ycck") }

    func bytes() throws -> [UInt8] { try Self.contents(name, in: folder) }

    static let all = load("ImageFiles")
    static let png = all.filter(\.isPNG)
    static let jpeg = all.filter { !$0.isPNG }
    /// WebP, TIFF, GIF and BMP, and what else this build reads.
    static let others = load("ImageFormats").filter { ImageFormat(path: $0.name)?.isRead == true }

    static func named(_ name: String) throws -> Fixture {
        try #require((all + others).first { $0.name == name }, "no fixture \(name)")
    }

    static func contents(_ name: String, in folder: String = "ImageFiles") throws -> [UInt8] {
        [UInt8](try Fixtures.data(folder + "/" + name))
    }

    private struct Entry: Decodable {
        let width, height, channels, bits, offset, depth: Int
        let orientation, tolerance: Int?
    }

    private static func load(_ folder: String) -> [Fixture] {
        do {
            let pixels = try gunzip(contents("expected.gz", in: folder), limit: 1 << 20)
            let entries = try JSONDecoder().decode(
                [String: Entry].self, from: Data(contents("expected.json", in: folder)))
            return entries.sorted { $0.key < $1.key }.map { name, entry in
                let count = entry.width * entry.height * entry.channels * entry.bits / 8
                let bytes = Array(pixels[entry.offset..<entry.offset + count])
                let samples: Image.Samples =
                    entry.bits == 8
                    ? .bits8(bytes)
                    : .bits16(stride(from: 0, to: count, by: 2).map { UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 })
                let image = Image(
                    width: entry.width, height: entry.height, channels: entry.channels, samples: samples)
                return Fixture(
                    folder: folder, name: name, expected: image, depth: entry.depth,
                    orientation: entry.orientation ?? 1, tolerance: entry.tolerance ?? 0)
            }
        } catch {
            Issue.record(error, "the fixtures cannot be read")
            return []
        }
    }
}
