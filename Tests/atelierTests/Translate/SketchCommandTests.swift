import Foundation
import ImageFiles
import Testing

extension ProgramTests {
    /// `atelier data sketch`.
    @Suite struct SketchCommandTests {
        private let place: Workplace

        init() throws { place = try Workplace() }

        private func sketch(_ arguments: String...) throws -> Program.Result {
            try Program.run(["data", "sketch"] + arguments, in: place.path)
        }

        @Test func aTreeOfPhotosIsDrawn() throws {
            try place.write(Workplace.pair(3, side: 50).colors, to: "photos/deep/er/a.jpg")
            try place.write(Workplace.pair(2).colors, to: "photos/b.png")
            try Data("no image".utf8).write(to: URL(fileURLWithPath: place.path + "/photos/c.png"))
            let result = try sketch("photos", "-o", "out", "--report", "r.jsonl")
            #expect(result.status == 1 && result.errors.contains("photos/c.png: not an image"))
            #expect(try place.files("out") == ["b.png", "deep/er/a.jpg"])
            let drawn = try Image.read(place.path + "/out/deep/er/a.jpg")
            #expect(drawn.width == 50 && drawn.height == 50 && drawn.channels == 1)
            guard case .bits8(let gray) = drawn.samples else { return }
            #expect(gray[0] > 240 && gray.contains { $0 < 60 })
            let lines = try String(decoding: place.bytes("r.jsonl"), as: UTF8.self).split(separator: "\n")
            #expect(lines.count == 3)
            let again = try sketch("photos", "-o", "out", "--skip-existing")
            #expect(again.errors.contains("already there: 2"), "\(again.errors)")
        }

        @Test func eachHandAndEachTryHasAFile() throws {
            let result = try sketch(
                "shapes/bar/1.png", "shapes/bar/2.png", "-o", "out", "--hand", "pencil", "--hand", "lines", "--hand",
                "lines", "--count", "2", "--variation", "1", "--jitter", "1", "--seed", "5")
            #expect(result.status == 0, "\(result.errors)")
            #expect(
                try place.files("out").prefix(4) == [
                    "1-lines-1.png", "1-lines-2.png", "1-pencil-1.png", "1-pencil-2.png",
                ])
            #expect(try place.bytes("out/1-lines-1.png") != place.bytes("out/1-lines-2.png"))
            // The same alone as among others, and another with another seed.
            func alone(_ seed: String) throws -> Data {
                let arguments = [
                    "shapes/bar/2.png", "-o", "alone", "--count", "2", "--variation", "1", "--jitter", "1",
                ]
                #expect(try Program.run(["data", "sketch", "--seed", seed] + arguments, in: place.path).status == 0)
                return try place.bytes("alone/2-1.png")
            }
            #expect(try alone("5") == place.bytes("out/2-lines-1.png"))
            #expect(try alone("6") != place.bytes("out/2-lines-1.png"))
        }

        @Test func settingsBeyondReasonAreRefused() throws {
            for arguments in [
                ["--hand", "crayon"], ["--variation", "2"], ["--count", "0"], ["--count", "3"], ["--simplify", "-1"],
                ["--line-width", "0"],
            ] {
                let result = try Program.run(["data", "sketch", "shapes", "-o", "out"] + arguments, in: place.path)
                #expect(result.status == 64, "\(arguments): \(result.errors)")
            }
            #expect(try sketch("-o", "out").status == 64)
        }
    }
}
