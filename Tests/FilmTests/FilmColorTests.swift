import BatchPipeline
import Foundation
import ImageFiles
import TestSupport
import Testing

@testable import Film

/// Colors and depths of films.
@Suite(.enabled(if: TestFFmpeg.isThere)) struct FilmColorTests {
    private let place: TestFilm
    private let ffmpeg: FFmpeg

    init() throws {
        place = try TestFilm()
        ffmpeg = try #require(TestFFmpeg.programs)
    }

    @discardableResult private func same(
        _ input: String, to output: String, _ change: (inout FilmWork) -> Void = { _ in },
        _ work: (Image) throws -> Image = { $0 }
    ) throws -> FilmResult {
        var film = FilmWork(input: input, output: place.path(output), digest: "same")
        change(&film)
        return try film.run(ffmpeg, telling: { _, _ in }, isCanceled: { false }, work)
    }

    @Test func tenBitsStayTenBits() throws {
        let input = try place.make(
            "a.mkv",
            ["-f", "lavfi", "-i", "testsrc2=size=48x32:rate=25", "-frames:v", "5", "-c:v", "ffv1"]
                + ["-pix_fmt", "yuv420p10le", "-color_primaries", "bt2020", "-color_trc", "smpte2084"]
                + ["-colorspace", "bt2020nc"])
        var depths: Set<Int> = []
        let result = try same(input, to: "b.mkv") { _ in
        } _: { frame in
            depths.insert(frame.bitDepth)
            return frame
        }
        #expect(depths == [16])
        #expect(result.notes.contains { $0.contains("HDR") })
        let entries = "stream=pix_fmt,color_space,color_transfer,color_primaries"
        #expect(
            try TestFilm.probe(place.path("b.mkv"), ["-select_streams", "v", "-show_entries", entries])
                == ["yuv420p10le,bt2020nc,smpte2084,bt2020"])
    }

    /// The colors are those that red, green and blue can have; others are clipped.
    @Test(arguments: ["bt709", "smpte170m"], ["tv", "pc"])
    func colorsComeBackAsTheyWere(_ matrix: String, _ range: String) throws {
        let input = try place.make(
            "a.mkv",
            ["-f", "lavfi", "-i", "testsrc=size=48x32:rate=25", "-frames:v", "2"]
                + ["-vf", "scale=out_color_matrix=\(matrix):out_range=\(range),format=yuv444p", "-c:v", "ffv1"]
                + ["-colorspace", matrix, "-color_range", range])
        let output = place.path("b.mkv")
        try same(input, to: "b.mkv") {
            ($0.settings.codec, $0.settings.pixelFormat) = ("ffv1", "yuv444p")
        } _: {
            $0
        }
        #expect(
            try TestFilm.probe(output, ["-select_streams", "v", "-show_entries", "stream=color_range,color_space"])
                == ["\(range),\(matrix)"])
        let (before, after) = (try place.samples(input), try place.samples(output))
        #expect(before.count == after.count)
        let worst = zip(before, after).map { abs(Int($0) - Int($1)) }.max() ?? 255
        #expect(worst <= 2, "the largest difference is \(worst)")
    }
}

extension TestFilm {
    /// The samples of a film as they are stored.
    fileprivate func samples(_ path: String) throws -> [UInt8] {
        let raw = try make("samples.yuv", ["-i", path, "-fps_mode", "passthrough", "-f", "rawvideo"])
        return Array(try Data(contentsOf: URL(fileURLWithPath: raw)))
    }
}
