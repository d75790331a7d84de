import BatchPipeline
import Files
import Foundation
import ImageFiles

/// A film that is worked on frame by frame. What is done outlasts the process, and the same work goes on from there.
package struct FilmWork: Sendable {
    /// The film.
    package var input: String
    /// The result; its ending names the kind of file.
    package var output: String
    /// How the result is written, and which part of the film.
    package var settings = FilmSettings()
    /// A hash of everything beside these settings that decides how frames come out: the model and its options.
    package var digest: String
    /// A line for the comment of the result; nil for none.
    package var comment: String?
    /// What is kept of the texts of the film: its title, chapters, and where it was taken.
    package var kept = ImageMetadata.Kept.all

    /// Work on a film.
    package init(input: String, output: String, digest: String) {
        (self.input, self.output, self.digest) = (input, output, digest)
    }

    /// About so many seconds of the film are in a part.
    private static let secondsInPart = 2.0

    /// Works on all frames that are not done yet, and writes the result.
    ///
    /// - Parameters:
    ///   - tell: is told how many frames are done, of about how many.
    ///   - isCanceled: whether to stop; asked on any thread.
    ///   - work: makes the frame of the result from one of the film, with as many channels. It is called on the calling
    ///     thread, in the order of the frames; frames equal to the one before are not asked for.
    /// - Throws: ``FilmError``, `CancellationError`, and what `work` throws. Finished parts stay.
    package func run(
        _ ffmpeg: FFmpeg, telling tell: (_ done: Int, _ total: Int) -> Void,
        isCanceled: @escaping @Sendable () -> Bool, _ work: (Image) throws -> Image
    ) throws -> FilmResult {
        let film = try FilmStreams(input, ffmpeg, isCanceled: isCanceled)
        guard let container = FilmContainer(ending: split(output).name.fileEnding) else {
            throw FilmError.unsupported(
                file: output, reason: "films are written as \(FilmName.writtenEndings); choose a name that ends so")
        }
        let encoding = try FilmEncoding(settings, film.video.colors, in: container, path: output, ffmpeg)
        let layout = RawLayout(
            hasAlpha: encoding.hasAlpha, bitDepth: min(film.video.colors.bitDepth, encoding.bitDepth))
        let join = FilmJoin(
            input: input, output: output, film: film, container: container, settings: settings, encoding: encoding,
            comment: comment, kept: kept, ffmpeg: ffmpeg)
        try ImageError.ofFiles { try createFolders(split(output).folder) }
        let parts = try FilmParts(
            beside: output, digest: fullDigest(encoding), ending: encoding.muxer == "matroska" ? "mkv" : encoding.muxer)
        do {
            return try run(film, encoding, layout, join, parts, ffmpeg, tell, isCanceled, work)
        } catch {
            if parts.all.isEmpty { parts.remove() }
            throw error
        }
    }

    private func run(
        _ film: FilmStreams, _ encoding: FilmEncoding, _ layout: RawLayout, _ join: FilmJoin, _ parts: FilmParts,
        _ ffmpeg: FFmpeg, _ tell: (Int, Int) -> Void, _ isCanceled: @escaping @Sendable () -> Bool,
        _ work: (Image) throws -> Image
    ) throws -> FilmResult {
        try join.check(scratch: joined(parts.path, "check.\(join.container.muxer)"), isCanceled: isCanceled)
        var result = FilmResult(size: FilmResult.Size(film.video.width, film.video.height))
        result.notes = notes(film, join)
        if parts.isRenewed {
            result.notes.append("parts of an earlier run with other settings were there; the film began anew")
        }
        result.framesBefore = parts.all.reduce(0) { $0 + $1.frames }
        result.frames = result.framesBefore
        try encode(film, encoding, layout, into: parts, &result, ffmpeg, tell, isCanceled, work)
        try join.write(parts, isCanceled: isCanceled)
        if let part = parts.all.first { result.resultSize = FilmResult.Size(part.width, part.height) }
        parts.remove()
        return result
    }

    private func encode(
        _ film: FilmStreams, _ encoding: FilmEncoding, _ layout: RawLayout, into parts: FilmParts,
        _ result: inout FilmResult, _ ffmpeg: FFmpeg, _ tell: (Int, Int) -> Void,
        _ isCanceled: @escaping @Sendable () -> Bool, _ work: (Image) throws -> Image
    ) throws {
        let unit = film.video.timeBase.value
        let done = parts.all.last?.last
        let range = range(film)
        if let done, let end = range.end, done >= end { return }
        let last = done ?? range.begin.map { $0 - 1 }
        let total = total(film)
        tell(result.frames, max(total, result.frames))
        let reading = FrameReading(after: last) { [self] isNear in
            try FilmDecoder(
                input, film, ffmpeg, layout: layout,
                from: isNear ? last.map { .before(Double($0) * unit - film.start) } ?? .start : .start)
        }
        let writing = PartWriting(
            PartWriting.Plan(
                film: film, encoding: encoding, ffmpeg: ffmpeg, result: output,
                framesInPart: Int((film.video.frameRate.value * Self.secondsInPart).clamped(to: 12...240)),
                layout: layout), into: parts)
        do {
            var before: (frame: Image, made: Image)?
            while let frame = try reading.next() {
                if isCanceled() { throw CancellationError() }
                if let end = range.end, frame.time >= end { break }
                let made: Image
                if let before, before.frame == frame.image {
                    made = before.made
                } else {
                    made = try work(frame.image)
                }
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

    /// The times of the first frame and of the first one after the last, as far as they are limited.
    private func range(_ film: FilmStreams) -> (begin: Int?, end: Int?) {
        let unit = film.video.timeBase.value
        func time(_ seconds: Double) -> Int {
            Int(((film.start + seconds) / unit).rounded(.up).clamped(to: -1e15...1e15))
        }
        return (
            settings.start > 0 ? time(settings.start) : nil, settings.duration.map { time(settings.start + $0) }
        )
    }

    private func total(_ film: FilmStreams) -> Int {
        let all = film.video.frameCount ?? 0
        guard settings.isTrial else { return all }
        let left = (film.duration ?? .infinity) - settings.start
        let seconds = min(settings.duration ?? .infinity, left)
        return Int((seconds * film.video.frameRate.value).rounded().clamped(to: 0...1e9))
    }

    /// Everything that decides the content of parts. The film is known by its size, its time, its beginning and its end.
    private func fullDigest(_ encoding: FilmEncoding) throws -> String {
        let status = FileStatus(input)
        let file = try ImageError.ofFiles { try InputFile(input) }
        let sample = try ImageError.ofFiles {
            try file.bytes(at: 0, count: 1 << 20) + file.bytes(at: max(file.size - 1 << 20, 0), count: 1 << 20)
        }
        let words = [
            digest, settings.description, "\(encoding.codec) \(encoding.pixelFormat) \(encoding.options)",
            "\(status?.bytes ?? 0) \(status?.modified ?? 0)", sha256(of: sample),
        ]
        return sha256(of: Array(words.joined(separator: "\n").utf8))
    }

    private func notes(_ film: FilmStreams, _ join: FilmJoin) -> [String] {
        var notes: [String] = []
        if film.video.isInterlaced {
            notes.append("its frames are interlaced; deinterlace it first (ffmpeg -vf bwdif does)")
        }
        if film.video.hasDolbyVision { notes.append("Dolby Vision's data are left out") }
        if film.video.colors.isHDR {
            notes.append(
                "it is HDR: colors are kept as they are stored; the brightness of the mastering display is left out")
        }
        if film.video.colors.hasAlpha, !join.encoding.hasAlpha {
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
