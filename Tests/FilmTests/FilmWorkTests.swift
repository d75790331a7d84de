import BatchPipeline
import Foundation
import ImageFiles
import Synchronization
import TestSupport
import Testing

@testable import Film

@Suite(.enabled(if: TestFFmpeg.isThere)) struct FilmWorkTests {
    private let place: TestFilm
    private let ffmpeg: FFmpeg

    init() throws {
        place = try TestFilm()
        ffmpeg = try #require(TestFFmpeg.programs)
    }

    @discardableResult private func double(
        _ input: String, to output: String, _ change: (inout FilmWork) -> Void = { _ in },
        _ work: (Image) throws -> Image = { $0.doubled }
    ) throws -> FilmResult {
        var film = FilmWork(input: input, output: place.path(output), digest: "doubled")
        change(&film)
        return try film.run(ffmpeg, telling: { _, _ in }, isCanceled: { false }, work)
    }

    @Test(arguments: ["mp4", "mkv", "mov"]) func framesTimesAndSoundAreThoseOfTheFilm(_ ending: String) throws {
        // 64 frames at 25 a second are two parts, the second one short.
        let input = try place.make("a.\(ending)", frames: 64)
        let result = try double(input, to: "b.\(ending)")
        #expect(result.frames == 64)
        #expect(result.resultSize == FilmResult.Size(96, 64))
        let output = place.path("b.\(ending)")
        #expect(try TestFilm.times(output) == TestFilm.times(input))
        #expect(try TestFilm.soundHashes(output) == TestFilm.soundHashes(input))
        #expect(
            try TestFilm.probe(output, ["-select_streams", "v", "-show_entries", "stream=width,height,pix_fmt"])
                == ["96,64,yuv420p"])
        #expect(place.folder.contents.allSatisfy { !$0.hasPrefix(".") })
    }

    @Test func variableFrameRatesKeepEveryTime() throws {
        let input = try place.make(
            "a.mp4", frames: 60, ["-vf", "select='not(mod(n,3))+gt(n,40)',setpts=PTS+0.013/TB", "-fps_mode", "vfr"])
        try double(input, to: "b.mp4")
        let times = try TestFilm.times(input)
        #expect(Set(zip(times, times.dropFirst()).map { Double($1)! - Double($0)! > 0.05 }).count == 2)
        #expect(try TestFilm.times(place.path("b.mp4")) == times)
    }

    /// The last frames of an AVI with frames that refer to later ones have no times.
    @Test func framesWithoutTimesAreKept() throws {
        let input = try place.make(
            "a.avi",
            ["-f", "lavfi", "-i", "testsrc=size=48x32:rate=25", "-frames:v", "9", "-c:v", "libx264", "-bf", "2"])
        let result = try double(input, to: "b.mkv")
        #expect(result.frames == 9 && !result.notes.contains { $0.contains("left out") })
        #expect(try TestFilm.times(place.path("b.mkv")).count == 9)
    }

    @Test func anInterruptedFilmGoesOnToTheSameResult() throws {
        let input = try place.make("a.mp4", frames: 130)
        try double(input, to: "whole.mp4")
        struct Interruption: Error {}
        var calls = 0
        let unfinished = #expect(throws: UnfinishedFilm.self) {
            try double(input, to: "parts.mp4") { _ in
            } _: { frame in
                calls += 1
                if calls == 110 { throw Interruption() }
                return frame.doubled
            }
        }
        #expect(unfinished?.cause is Interruption && unfinished?.parts == place.path(".parts.mp4.parts"))
        #expect(!FileManager.default.fileExists(atPath: place.path("parts.mp4")))
        calls = 0
        let result = try double(input, to: "parts.mp4") { _ in
        } _: { frame in
            calls += 1
            return frame.doubled
        }
        #expect(result.framesBefore == 100)
        #expect(calls == 30)
        #expect(try TestFilm.hashes(place.path("parts.mp4")) == TestFilm.hashes(place.path("whole.mp4")))
        #expect(try TestFilm.times(place.path("parts.mp4")) == TestFilm.times(place.path("whole.mp4")))
    }

    @Test func partsOfOtherSettingsAreNotTaken() throws {
        let input = try place.make("a.mp4", frames: 60)
        struct Interruption: Error {}
        var calls = 0
        #expect(throws: UnfinishedFilm.self) {
            try double(input, to: "b.mp4") { _ in
            } _: { frame in
                calls += 1
                if calls == 55 { throw Interruption() }
                return frame.doubled
            }
        }
        let result = try double(input, to: "b.mp4") { $0.settings.crf = 30 }
        #expect(result.framesBefore == 0)
        #expect(result.notes.contains { $0.contains("other settings") })
    }

    @Test func canceledWorkKeepsItsPartsAndSaysSo() throws {
        let input = try place.make("a.mp4", frames: 80)
        let count = Atomic<Int>(0)
        let film = FilmWork(input: input, output: place.path("b.mp4"), digest: "")
        let unfinished = #expect(throws: UnfinishedFilm.self) {
            try film.run(
                ffmpeg, telling: { _, _ in }, isCanceled: { count.load(ordering: .relaxed) >= 70 },
                { frame in
                    count.add(1, ordering: .relaxed)
                    return frame
                })
        }
        #expect(unfinished?.cause is CancellationError)
        #expect(place.folder.contents.contains(".b.mp4.parts"))
        #expect(!place.folder.contents.contains("b.mp4"))
    }

    @Test func equalFramesAreMadeOnce() throws {
        let input = try place.make(
            "a.mp4", ["-f", "lavfi", "-i", "color=red:size=48x32:rate=25", "-frames:v", "20", "-c:v", "libx264"])
        var calls = 0
        let result = try double(input, to: "b.mp4") { _ in
        } _: { frame in
            calls += 1
            return frame
        }
        #expect(result.frames == 20)
        #expect(calls < 5)
    }

    @Test func aTrialTakesAPart() throws {
        let input = try place.make("a.mp4", frames: 100)
        let result = try double(input, to: "b.mp4") { ($0.settings.start, $0.settings.duration) = (1, 2) }
        #expect(result.frames == 50)
        let times = try TestFilm.times(place.path("b.mp4")).compactMap { Double($0) }
        #expect(times.first == 0)
        #expect(abs((times.last ?? 0) - 1.96) < 0.001)
        let all = try TestFilm.hashes(input)
        try double(input, to: "c.mkv") {
            ($0.settings.start, $0.settings.duration) = (1, 2)
            ($0.settings.codec, $0.settings.pixelFormat) = ("ffv1", "yuv420p")
        } _: {
            $0
        }
        #expect(try TestFilm.hashes(place.path("c.mkv")).count == all[25..<75].count)
    }

    @Test func turnedFilmsStandUpright() throws {
        let flat = try place.make("flat.mp4", frames: 5)
        let input = try place.make("a.mp4", ["-display_rotation", "90", "-i", flat, "-c", "copy"].turned(flat))
        let film = try FilmStreams(input, ffmpeg)
        #expect(film.video.rotation % 180 == 90)
        var sizes: Set<[Int]> = []
        let result = try double(input, to: "b.mp4") { _ in
        } _: { frame in
            sizes.insert([frame.width, frame.height])
            return frame
        }
        #expect(sizes == [[32, 48]])
        #expect(result.resultSize == FilmResult.Size(32, 48))
        let turns = try TestFilm.probe(
            place.path("b.mp4"), ["-select_streams", "v", "-show_entries", "stream_side_data=rotation"])
        #expect(turns.allSatisfy { $0.isEmpty || $0 == "0" })
    }

    @Test func subtitlesChaptersAndTitlesStay() throws {
        let words = place.path("words.srt")
        try "1\n00:00:00,200 --> 00:00:00,900\nHello\n".write(toFile: words, atomically: true, encoding: .utf8)
        let chapters = place.path("chapters.txt")
        try """
        ;FFMETADATA1
        title=A title
        comment=A word
        [CHAPTER]
        TIMEBASE=1/1000
        START=0
        END=500
        title=One
        [CHAPTER]
        TIMEBASE=1/1000
        START=500
        END=1000
        title=Two
        """.write(toFile: chapters, atomically: true, encoding: .utf8)
        let plain = try place.make("plain.mkv", frames: 25)
        let input = try place.make(
            "a.mkv",
            ["-i", plain, "-i", words, "-i", chapters, "-map", "0", "-map", "1", "-map_metadata", "2"]
                + ["-metadata:s:a:0", "language=deu", "-c", "copy"])
        for ending in ["mkv", "mp4"] {
            let output = place.path("b.\(ending)")
            try double(input, to: "b.\(ending)") { $0.comment = "Model: m" }
            #expect(try TestFilm.probe(output, ["-show_entries", "chapter_tags=title"]) == ["One", "Two"])
            #expect(try TestFilm.probe(output, ["-show_entries", "format_tags=title"]) == ["A title"])
            #expect(
                try TestFilm.probe(output, ["-select_streams", "s", "-show_entries", "stream=codec_type"])
                    == ["subtitle"])
            #expect(
                try TestFilm.probe(output, ["-select_streams", "a", "-show_entries", "stream_tags=language"])
                    == ["deu"])
            let comment = try TestFilm.probe(output, ["-show_entries", "format_tags=comment"]).joined(separator: "\n")
            #expect(comment.contains("A word") && comment.contains("Model: m"))
        }
    }

    @Test func filesThatAreNoFilmsAreNamed() throws {
        let broken = try place.folder.file("broken.mp4", [UInt8](repeating: 7, count: 5000))
        #expect { try double(broken, to: "b.mp4") } throws: {
            guard case FilmError.unreadable(broken, _) = $0 else { return false }
            return true
        }
        let sound = try place.make("sound.mp4", ["-f", "lavfi", "-i", "sine=duration=0.2"])
        #expect(throws: FilmError.noVideo(file: sound)) { try double(sound, to: "b.mp4") }
        let film = try place.make("a.mp4", frames: 3)
        #expect { try double(film, to: "b.mp4") { $0.settings.codec = "nonesuch" } } throws: {
            "\($0)".contains("no encoder nonesuch")
        }
        #expect { try double(film, to: "b.avi") } throws: { "\($0)".contains(".mkv") }
        // Nothing is left behind.
        #expect(place.folder.contents == ["a.mp4", "broken.mp4", "sound.mp4"])
    }

    @Test func anEncoderThatDiesIsAnError() throws {
        let input = try place.make("a.mp4", frames: 60)
        let script = place.path("ffmpeg")
        // Decodes like ffmpeg, and gives up when it is to encode.
        try """
        #!/bin/sh
        case "$*" in *"-f nut -i pipe:0"*) head -c 20000 >/dev/null; echo no more >&2; exit 9;; esac
        exec \(ffmpeg.path) "$@"
        """.write(toFile: script, atomically: true, encoding: .utf8)
        chmod(script, 0o755)
        let broken = try FFmpeg(environment: ["ATELIER_FFMPEG": script, "PATH": "/usr/bin:/bin"])
        let film = FilmWork(input: input, output: place.path("b.mp4"), digest: "")
        #expect(throws: FilmError.notEncoded(file: place.path("b.mp4"), reason: "no more")) {
            try film.run(broken, telling: { _, _ in }, isCanceled: { false }, { $0.doubled })
        }
    }
}

extension [String] {
    /// Options that mark a copy of a film as turned, which older ffmpegs say in other words.
    fileprivate func turned(_ path: String) -> [String] {
        ["-i", path, "-c", "copy", "-metadata:s:v:0", "rotate=90"]
    }
}
