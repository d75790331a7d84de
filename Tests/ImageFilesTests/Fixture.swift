import Files
import Foundation
import TestSupport
import Testing

@testable import ImageFiles

/// An image in `Tests/Fixtures/ImageFiles` and what an independent decoder makes of it.
struct Fixture: Sendable, CustomTestStringConvertible {
    let name: String
    let expected: Image
    let depth: Int
    let orientation: Int

    var testDescription: String { name }
    var path: String { Fixtures.path("ImageFiles/" + name) }
    var isPNG: Bool { name.hasSuffix(".png") }
    var isCMYK: Bool { name.hasPrefix("cmyk") || name.hasPrefix("ycck") }

    func bytes() throws -> [UInt8] { try Self.contents(name) }

    static let all = load()
    static let png = all.filter(\.isPNG)
    static let jpeg = all.filter { !$0.isPNG }

    static func named(_ name: String) throws -> Fixture {
        try #require(all.first { $0.name == name }, "no fixture \(name)")
    }

    static func contents(_ name: String) throws -> [UInt8] {
        [UInt8](try Fixtures.data("ImageFiles/" + name))
    }

    private struct Entry: Decodable {
        let width, height, channels, bits, offset, depth: Int
        let orientation: Int?
    }

    private static func load() -> [Fixture] {
        do {
            let pixels = try gunzip(contents("expected.gz"), limit: 1 << 20)
            let entries = try JSONDecoder().decode([String: Entry].self, from: Data(contents("expected.json")))
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
                    name: name, expected: image, depth: entry.depth, orientation: entry.orientation ?? 1)
            }
        } catch {
            Issue.record(error, "the fixtures cannot be read")
            return []
        }
    }
}
