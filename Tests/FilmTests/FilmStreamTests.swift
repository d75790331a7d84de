import Foundation
import Testing

@testable import Film

@Suite struct FilmStreamTests {
    private func streams(_ json: String) throws -> FilmStreams {
        try FilmStreams(ProbeAnswer(json: Array(json.utf8)), path: "film")
    }

    private func video(_ members: String) throws -> FilmVideo {
        let json = """
            {"streams": [{"index": 0, "codec_type": "video", "codec_name": "h264", "width": 1920, "height": 1080,
            "pix_fmt": "yuv420p", "time_base": "1/12800", "avg_frame_rate": "25/1", \(members)}],
            "format": {"duration": "10.0"}}
            """
        return try streams(json).video
    }

    @Test func rotationTurnsSizeAndPixels() throws {
        let turned = try video(
            #""sample_aspect_ratio": "4:3", "side_data_list": [{"side_data_type": "Display Matrix", "rotation": -90}]"#)
        #expect(turned.width == 1080)
        #expect(turned.rotation == 270)
        #expect(turned.height == 1920)
        #expect(turned.pixelAspect == Fraction(3, 4))
        let upright = try video(#""sample_aspect_ratio": "0:1""#)
        #expect(upright.width == 1920)
        #expect(upright.height == 1080)
        #expect(upright.rotation == 0)
        #expect(upright.pixelAspect == nil)
    }

    @Test func whatIsNotSaidIsGuessedAsPlayersDo() throws {
        let plain = try video(#""color_range": "unknown", "color_space": "unknown""#)
        #expect(plain.frameCount == 250)
        #expect(plain.colors.tags(isRGB: false) == ["-color_range", "tv", "-colorspace", "bt709"])
        let counted = try video(#""nb_frames": "251", "color_space": "smpte170m", "color_transfer": "bt709""#)
        #expect(counted.frameCount == 251)
        #expect(
            counted.colors.tags(isRGB: false)
                == ["-color_range", "tv", "-colorspace", "smpte170m", "-color_trc", "bt709"])
    }

    @Test func coversAreNoFilms() throws {
        let cover = #"{"index": 0, "codec_type": "video", "codec_name": "mjpeg", "disposition": {"attached_pic": 1}}"#
        let sound = #"{"index": 1, "codec_type": "audio", "codec_name": "aac"}"#
        #expect(throws: FilmError.noVideo(file: "film")) { try streams(#"{"streams": [\#(cover), \#(sound)]}"#) }
        #expect(throws: FilmError.noVideo(file: "film")) { try streams("{}") }
        let video = #"""
            {"index": 2, "codec_type": "video", "codec_name": "h264", "width": 4, "height": 2, "time_base": "1/90000"}
            """#
        let film = try streams(#"{"streams": [\#(cover), \#(sound), \#(video)]}"#)
        #expect(film.video.index == 2)
        #expect(film.others.map(\.isCover) == [true, false])
    }

    @Test(arguments: [
        ("yuv420p", 8), ("yuv420p10le", 10), ("yuv422p12be", 12), ("gray", 8), ("gray16le", 16), ("rgb24", 8),
        ("rgb48le", 16), ("gbrap12le", 12), ("p010le", 10), ("p216be", 16), ("nv12", 8), ("yuv410p", 8), ("pal8", 8),
        ("x2rgb10le", 10), ("", 8),
    ]) func namesOfPixelFormatsTellTheirDepth(_ name: String, _ depth: Int) {
        #expect(FilmColors.bitDepth(of: name) == depth)
    }

    @Test func containersKeepWhatTheyCanHold() {
        func stream(_ kind: FilmStreams.Kind, _ codec: String) -> FilmStreams.Stream {
            FilmStreams.Stream(index: 1, kind: kind, codec: codec, isCover: false)
        }
        #expect(FilmContainer.mp4.keeping(stream(.subtitle, "subrip")) == .converted(codec: "mov_text"))
        #expect(FilmContainer.mp4.keeping(stream(.subtitle, "mov_text")) == .copied)
        #expect(FilmContainer.mp4.keeping(stream(.subtitle, "hdmv_pgs_subtitle")) == .left)
        #expect(FilmContainer.matroska.keeping(stream(.subtitle, "hdmv_pgs_subtitle")) == .copied)
        #expect(FilmContainer.matroska.keeping(stream(.subtitle, "mov_text")) == .converted(codec: "subrip"))
        #expect(FilmContainer.matroska.keeping(stream(.attachment, "ttf")) == .copied)
        #expect(FilmContainer.mov.keeping(stream(.attachment, "ttf")) == .left)
        #expect(FilmContainer(ending: "MKV") == .matroska)
        #expect(FilmContainer(ending: "avi") == nil)
    }

    @Test func theHelpOfAnEncoderTellsWhatItCanDo() throws {
        let help = """
            Encoder libx264 [libx264 H.264]:
                Supported pixel formats: yuv420p yuv420p10le
            libx264 AVOptions:
              -crf               <float>      E..V....... Select the quality
            """
        let abilities = try #require(EncoderAbilities("libx264", help: help))
        #expect(abilities.pixelFormats == ["yuv420p", "yuv420p10le"])
        #expect(abilities.takesQuality)
        #expect(EncoderAbilities("x", help: "Codec 'x' is not recognized by FFmpeg.") == nil)
        #expect(EncoderAbilities("h264", help: "Decoder h264 [H.264]:") == nil)
    }
}
