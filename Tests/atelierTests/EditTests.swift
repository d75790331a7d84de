import Foundation
import ImageFiles
import Testing

extension ProgramTests {
    /// `atelier edit`.
    @Suite struct EditTests {
        private let place: Workplace

        init() throws {
            place = try Workplace()
            // Fast, so that a few steps tell the classes apart by more than one level of one pixel.
            let training = place.training("cgan", steps: 6) + ["--lr", "0.01"]
            #expect(try Program.run(training, in: place.path).status == 0)
        }

        private func path(_ arguments: String...) throws -> Program.Result {
            try Program.run(["edit", "path", "--model", "run"] + arguments, in: place.path)
        }

        @Test func framesAndVideosAreWritten() throws {
            let open = try path("--class", "bar", "--seeds", "3,8", "--frames", "2", "-o", "way")
            #expect(open.status == 0 && open.output == "3 images in way\n", "\(open.errors)")
            #expect(try place.files("way") == (0..<3).map { "bar/frame000\($0).png" })
            let loop = try path(
                "--class", "bar", "--seeds", "3,8", "--frames", "2", "--loop", "--video", "loop.apng", "--fps", "10",
                "--json")
            #expect(loop.output == #"{"video":"loop.apng","images":4}"# + "\n", "\(loop.errors)")
            let bytes = Array(try place.bytes("loop.apng"))
            #expect(Array(bytes[37..<53]) == Array("acTL".utf8) + [0, 0, 0, 4, 0, 0, 0, 0] + bytes[49..<53])
            let first = try Image(contentsOf: place.path + "/loop.apng")
            #expect(try first.samples == Image(contentsOf: place.path + "/way/bar/frame0000.png").samples)
        }

        @Test func classesAreMixed() throws {
            let mixed = try Program.run(
                ["edit", "mix", "-m", "run", "1@square,2@square", "1@bar", "--grid", "mixed.png"], in: place.path)
            #expect(mixed.status == 0 && mixed.output == "Wrote mixed.png.\n", "\(mixed.errors)")
            let morph = try Program.run(
                ["edit", "morph", "-m", "run", "1@square", "1@bar", "--frames", "3", "-o", "morph", "-q"],
                in: place.path)
            #expect(morph.status == 0, "\(morph.errors)")
            #expect(try place.files("morph") == (0..<3).map { "frame000\($0).png" })
            let made = try Program.run(
                ["generate", "-m", "run", "--class", "bar", "--seed", "1", "--count", "1", "-o", "own.png"],
                in: place.path)
            #expect(made.status == 0, "\(made.errors)")
            let files = ["morph/frame0002.png", "own.png", "morph/frame0001.png"].map { place.path + "/" + $0 }
            let images = try files.map { try Image(contentsOf: $0).samples }
            #expect(images[0] == images[1] && images[0] != images[2])
        }

        @Test func mixesAndProjectionsThatCannotBeAreRefused() throws {
            for (arguments, words) in [
                (["mix", "-m", "run", ",", "1@bar"], "<rows> needs at least one"),
                (["mix", "-m", "run", "1@bar", ""], "<columns> needs at least one"),
                (["mix", "-m", "run", "1@bar", "2@bar", "--layers", "0-1"], "has no styles"),
                (["mix", "-m", "run", "1@bar", "2@bar", "--truncation", "0.5"], "has no styles"),
                (["morph", "-m", "run", "1@bar", "1@oak"], "oak"),
                (["project", "-m", "run", "a/photo.jpg", "b/photo.png"], "would have the same result"),
            ] {
                let result = try Program.run(["edit"] + arguments, in: place.path)
                #expect(result.status == 64 && result.errors.contains(words), "\(arguments): \(result.errors)")
            }
        }

        @Test func whatCannotBeIsSaid() throws {
            for (arguments, words) in [
                (["--seeds", "3", "--class", "bar"], "at least two seeds"),
                (["--seeds", "3,8"], "with --class NAME"),
                (["--seeds", "3,8", "--class", "bar", "--video", "loop.mp4"], ".apng, .webp or .gif"),
                (["--seeds", "3,8", "--class", "bar", "--video", "a.png", "-o", "b"], "Use either"),
                (["--seeds", "3,8", "--class", "bar", "--fps", "5"], "--fps is for --video"),
                (["--seeds", "3,x", "--class", "bar"], "is not a seed"),
            ] {
                let result = try Program.run(["edit", "path", "--model", "run"] + arguments, in: place.path)
                #expect(result.status == 64 && result.errors.contains(words), "\(arguments): \(result.errors)")
            }
        }
    }
}
