import BatchPipeline
import Files
import Foundation
import ImageFiles

/// The way of a film: through the decoder, the work on each frame, and the encoder, into parts that are joined.
struct FilmCourse {
    let work: FilmWork
    let film: FilmStreams
    let encoding: FilmEncoding
    let join: FilmJoin
    let parts: FilmParts
    let ffmpeg: FFmpeg
    let isCanceled: @Sendable () -> Bool

    /// About so many seconds of the film are in a part.
    private static let secondsInPart = 2.0

    /// Works on all frames that are not done yet, and writes the result; see ``FilmWork``.
    func run(telling tell: (Int, Int) -> Void, _ make: (Image) throws -> Image) throws -> FilmResult {
        try join.check(scratch: joined(parts.path, "check.\(join.container.muxer)"), isCanceled: isCanceled)
        var result = FilmResult(size: FilmResult.Size(film.video.width, film.video.height))
        result.notes = notes
        if parts.isRenewed {
            result.notes.append("parts of an earlier run with other settings were there; the film began anew")
        }
        result.framesBefore = parts.all.reduce(0) { $0 + $1.frames }
        result.frames = result.framesBefore
        try encode(&result, tell, make)
        try join.write(parts, isCanceled: isCanceled)
        if let part = parts.all.first { result.resultSize = FilmResult.Size(part.width, part.height) }
        parts.remove()
        return result
    }

    private func encode(
        _ result: inout FilmResult, _ tell: (Int, Int) -> Void, _ make: (Image) throws -> Image
    ) throws {
        let (range, done) = (range, parts.all.last?.last)
        if let done, let end = range.end, done >= end { return }
        tell(result.frames, max(total, result.frames))
        let (reading, writing) = (reading(after: done ?? range.begin.map { $0 - 1 }), PartWriting(plan, into: parts))
        do {
            var before: (frame: Image, made: Image)?
            while let frame = try reading.next() {
                if isCanceled() { throw CancellationError() }
                if let end = range.end, frame.time >= end { break }
                let isRepeated = before.map { $0.frame == frame.image } ?? false
                let made = if let before, isRepeated { before.made } else { try make(frame.image) }
                before = (frame.image, made)
                try writing.write(FilmFrame(time: frame.time, image: made))
                result.frames += 1
                tell(result.frames, max(total, result.frames))
            }
        } catch {
            reading.cancel()
            writing.cancel()
            throw isCanceled() ? CancellationError() : error
        }
        reading.cancel()
        try writing.finish()
        if !reading.messages.isEmpty { result.notes.append("ffmpeg says of the film: \(reading.messages)") }
        if reading.dropped > 0 {
            result.notes.append("\(counted(reading.dropped, "frame")) with the time of another one left out")
        }
    }

    private func reading(after last: Int?) -> FrameReading {
        let step = 1 / (film.video.frameRate.value * film.video.timeBase.value)
        let wholeStep = film.video.isSteady ? Int(step.rounded().clamped(to: 1...1e12)) : nil
        return FrameReading(after: last, step: wholeStep) { isNear in
            let seconds = last.map { Double($0) * film.video.timeBase.value - film.start }
            return try FilmDecoder(
                work.input, film, ffmpeg, layout: layout, from: isNear ? seconds.map { .before($0) } ?? .start : .start)
        }
    }

    private var layout: RawLayout {
        RawLayout(hasAlpha: encoding.hasAlpha, bitDepth: min(film.video.colors.bitDepth, encoding.bitDepth))
    }

    private var plan: PartWriting.Plan {
        PartWriting.Plan(
            film: film, encoding: encoding, ffmpeg: ffmpeg, result: work.output,
            framesInPart: Int((film.video.frameRate.value * Self.secondsInPart).clamped(to: 12...240)), layout: layout)
    }

    /// The times of the first frame and of the first one after the last, as far as they are limited.
    private var range: (begin: Int?, end: Int?) {
        let (unit, settings) = (film.video.timeBase.value, work.settings)
        func time(_ seconds: Double) -> Int {
            Int(((film.start + seconds) / unit).rounded(.up).clamped(to: -1e15...1e15))
        }
        return (
            settings.start > 0 ? time(settings.start) : nil, settings.duration.map { time(settings.start + $0) }
        )
    }

    /// About how many frames there are.
    private var total: Int {
        let settings = work.settings
        guard settings.isTrial else { return film.video.frameCount ?? 0 }
        let seconds = min(settings.duration ?? .infinity, (film.duration ?? .infinity) - settings.start)
        return Int((seconds * film.video.frameRate.value).rounded().clamped(to: 0...1e9))
    }

    /// What of the film will not be in the result.
    private var notes: [String] {
        var notes: [String] = []
        if film.video.isInterlaced {
            notes.append("its frames are interlaced; deinterlace it first (ffmpeg -vf bwdif does)")
        }
        if film.video.hasDolbyVision { notes.append("Dolby Vision's data are left out") }
        if film.video.colors.isHDR {
            notes.append(
                "it is HDR: colors are kept as they are stored; the brightness of the mastering display is left out")
        }
        if film.video.colors.hasAlpha, !encoding.hasAlpha {
            notes.append("its transparency is left out; .mov and .webm hold it")
        }
        let left = join.streams.filter { $0.how == .left }.map { "\($0.stream.kind.rawValue) (\($0.stream.codec))" }
        if !left.isEmpty {
            notes.append(
                "left out, because the result's kind of file does not hold it: \(left.joined(separator: ", "))")
        }
        return notes
    }
}
