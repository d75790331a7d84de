import Film
import Foundation
import ImageFiles
import TestSupport
import Testing

extension ProgramTests {
    /// Animations and films at the command line.
    @Suite struct FilmTests {
        private let place: Workplace
        private static let ffmpeg = try? FFmpeg()

        init() throws {
            place = try Workplace()
            try place.writeUpscaler("tiny", seed: 3)
            try place.writeTranslator("drawing")
        }

        private func run(_ arguments: String..., path: String? = nil) throws -> Program.Result {
            try Program.run(
                arguments, in: place.path, environment: path.map { ["PATH": $0, "ATELIER_FFMPEG": ""] } ?? [:])
        }

        private func frames(_ name: String) throws -> [AnimationFrame] {
            let reader = try AnimationReader(place.path + "/" + name)
            var frames: [AnimationFrame] = []
            while let frame = try reader.next() { frames.append(frame) }
            return frames
        }

        private func film(_ name: String) throws {
            guard let ffmpeg = Self.ffmpeg else { return }
            let process = Process()
            process.executableURL = URL(fileURLWithPath: ffmpeg.path)
            process.arguments =
                ["-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc=size=32x16:rate=10", "-frames:v", "4"]
                + [place.path + "/" + name]
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }

        @Test func animationsKeepFormatTimesAndFrames() throws {
            let before = try AnimationReader(Fixtures.path("ImageFormats/animated.gif"))
            for (input, output) in [("animated.gif", "a.gif"), ("animated.gif", "b.png"), ("animated.webp", "c.webp")] {
                let result = try run(
                    "upscale", Fixtures.path("ImageFormats/" + input), "-m", "tiny", "-o", output)
                #expect(result.status == 0, "\(result.errors)")
                #expect(!result.errors.contains("left out"))
                let after = try AnimationReader(place.path + "/" + output)
                let source = try AnimationReader(Fixtures.path("ImageFormats/" + input))
                #expect(after.width == 2 * source.width)
                #expect(after.frameCount == source.frameCount)
                #expect(after.plays == source.plays)
                var (one, other): (AnimationFrame?, AnimationFrame?)
                repeat {
                    (one, other) = (try source.next(), try after.next())
                    #expect(one?.duration.seconds == other?.duration.seconds)
                } while one != nil
            }
            #expect(before.frameCount > 1)
            let folder = try run(
                "translate", Fixtures.path("ImageFormats/animated.gif"), "-m", "drawing", "-o", "out/")
            #expect(folder.status == 0, "\(folder.errors)")
            #expect(try frames("out/animated.gif").count == before.frameCount)
        }

        @Test func formatsWithoutAnimationsGetTheFirstFrameAndAWarning() throws {
            let result = try run("upscale", Fixtures.path("ImageFormats/animated.gif"), "-m", "tiny", "-o", "a.jpg")
            #expect(result.status == 0)
            #expect(result.errors.contains("of the animation"))
        }

        @Test(.enabled(if: Self.ffmpeg != nil)) func filmsAreWorkedOnAmongImages() throws {
            try film("a.mkv")
            try film("b.avi")
            try FileManager.default.createDirectory(atPath: place.path + "/in", withIntermediateDirectories: true)
            for name in ["a.mkv", "b.avi"] {
                try FileManager.default.moveItem(atPath: place.path + "/" + name, toPath: place.path + "/in/" + name)
            }
            try Data("no film".utf8).write(to: URL(fileURLWithPath: place.path + "/in/c.mp4"))
            try Image(width: 8, height: 8, channels: 1, samples8: [UInt8](repeating: 9, count: 64))
                .write(to: place.path + "/in/d.png")
            let result = try run("upscale", "in", "-m", "tiny", "-o", "out", "--report", "report.jsonl")
            #expect(result.status == 1)
            #expect(try place.files("out") == ["a.mkv", "b.mkv", "d.png"])
            #expect(result.errors.contains("c.mp4: cannot be read as a film"))
            #expect(result.errors.contains("8 frames"))
            let report = String(decoding: try place.bytes("report.jsonl"), as: UTF8.self)
            #expect(report.contains(#""frames":4"#) && report.contains(#""output_width":64"#))
            let again = try run("upscale", "in/a.mkv", "-m", "tiny", "-o", "out", "--skip-existing")
            #expect(again.status == 0)
            #expect(again.errors.contains("already there"))
        }

        @Test(.enabled(if: Self.ffmpeg != nil)) func namesOfFilmsAreChecked() throws {
            try film("a.mkv")
            let wrong = try run("upscale", "a.mkv", "-m", "tiny", "-o", "a.png")
            #expect(wrong.status == 64)
            #expect(wrong.errors.contains(".mp4, .mov, .mkv or .webm"))
            let stream = try run("upscale", "a.mkv", "-m", "tiny", "-o", "-")
            #expect(stream.status == 64)
            let image = try run("upscale", "shapes/bar/0.png", "-m", "tiny", "-o", "a.mp4")
            #expect(image.status == 64)
            let plan = try run("upscale", "a.mkv", "-m", "tiny", "-o", "b.mov", "--dry-run")
            #expect(plan.lines == ["a.mkv -> b.mov"])
            let time = try run("upscale", "a.mkv", "-m", "tiny", "-o", "b.mov", "--start", "1:99")
            #expect(time.status == 64)
        }

        @Test func withoutFFmpegFilmsAreNamed() throws {
            try Data("film".utf8).write(to: URL(fileURLWithPath: place.path + "/shapes/a.mp4"))
            let named = try run("upscale", "shapes/a.mp4", "-m", "tiny", "-o", "out", path: "/nonexistent")
            #expect(named.status == 1)
            #expect(named.errors.contains("apt install ffmpeg"))
            let folder = try run("upscale", "shapes", "-m", "tiny", "-o", "out", path: "/nonexistent")
            #expect(folder.status == 0, "\(folder.errors)")
            #expect(folder.errors.contains("films, which need ffmpeg: 1"))
        }
    }
}
