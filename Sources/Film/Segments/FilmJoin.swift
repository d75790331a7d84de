import Files
import Foundation
import ImageFiles

/// Joins the parts of a film, and adds everything else that its file holds.
struct FilmJoin {
    let input: String
    let output: String
    let film: FilmStreams
    let container: FilmContainer
    let settings: FilmSettings
    let encoding: FilmEncoding
    /// A line for the comment in the metadata; nil for none.
    let comment: String?
    /// What is kept of the texts of the file: title, maker, chapters.
    let kept: ImageMetadata.Kept
    let ffmpeg: FFmpeg

    /// The streams that go into the result, and those that cannot.
    var streams: [(stream: FilmStreams.Stream, how: FilmContainer.Keeping)] {
        film.others.map { ($0, container.keeping($0)) }
    }

    /// Finds out, before anything is computed, whether the container takes what is to be kept.
    ///
    /// - Parameter scratch: a file that is written and removed.
    /// - Throws: ``FilmError``, `CancellationError`.
    func check(scratch: String, isCanceled: @escaping @Sendable () -> Bool) throws {
        guard streams.contains(where: { $0.how != .left }) else { return }
        defer { unlink(scratch) }
        try run(
            ["-t", "0.1", "-i", FFmpeg.file(input)] + maps(of: 0) + [
                "-f", container.muxer, "-y", FFmpeg.file(scratch),
            ],
            isCanceled: isCanceled)
    }

    /// Writes the result beside the parts, and gives it its name.
    ///
    /// - Throws: ``FilmError``, `CancellationError`.
    func write(_ parts: FilmParts, isCanceled: @escaping @Sendable () -> Bool) throws {
        let all = parts.all
        guard let first = all.first else { throw FilmError.noVideo(file: input) }
        let list = joined(parts.path, "list.txt")
        do { try AtomicFile.write(self.list(all, parts), to: list) } catch let error as FileWriteError {
            throw FilmError.notWritable(file: list, reason: error.reason)
        }
        let temporary = joined(parts.path, "joined.\(container.muxer)")
        defer { unlink(temporary) }
        let unit = film.video.timeBase.value
        // Without a trial, all times stay as they are. A trial begins at zero.
        let start = settings.isTrial ? film.start + settings.start : 0
        var arguments = settings.isTrial ? [] : ["-copyts"]
        arguments += ["-itsoffset", seconds(Double(first.first) * unit - start)]
        arguments += ["-f", "concat", "-safe", "0", "-protocol_whitelist", "file,pipe", "-i", FFmpeg.file(list)]
        if settings.isTrial {
            if settings.start > 0 { arguments += ["-ss", seconds(settings.start)] }
            if let duration = settings.duration { arguments += ["-t", seconds(duration)] }
        }
        arguments += ["-protocol_whitelist", "file,pipe", "-i", FFmpeg.file(input), "-map", "0:v:0", "-c:v:0", "copy"]
        arguments += tag + maps(of: 1, isAfterVideo: true) + metadata + muxing
        arguments += ["-f", container.muxer, "-y", FFmpeg.file(temporary)]
        try run(arguments, isCanceled: isCanceled)
        do { try AtomicFile.adopt(temporary, as: output) } catch {
            throw FilmError.notWritable(file: output, reason: error.reason)
        }
    }

    /// The names of the parts, and how long each is: from its first frame to that of the next part. Rounded sums of
    /// lengths would drift.
    private func list(_ all: [FilmParts.Part], _ parts: FilmParts) -> String {
        func microseconds(_ time: Int) -> Int {
            Int((Double(time - all[0].first) * film.video.timeBase.value * 1e6).rounded())
        }
        var lines = ["ffconcat version 1.0"]
        for (number, part) in all.enumerated() {
            lines.append("file '\(split(parts.place(number)).name)'")
            guard number + 1 < all.count else { break }
            let length = microseconds(all[number + 1].first) - microseconds(part.first)
            lines.append("duration \(length / 1_000_000).\(String(format: "%06d", length % 1_000_000))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func maps(of input: Int, isAfterVideo: Bool = false) -> [String] {
        var options: [String] = []
        var number = isAfterVideo ? 1 : 0
        for (stream, how) in streams where how != .left {
            options += ["-map", "\(input):\(stream.index)"]
            if case .converted(let codec) = how {
                options += ["-c:\(number)", codec]
            } else {
                options += ["-c:\(number)", "copy"]
            }
            number += 1
        }
        return options
    }

    private var metadata: [String] {
        guard kept != .colors else {
            return ["-map_metadata", "-1", "-map_chapters", "-1"]
                + (comment.map { ["-metadata", "comment=\($0)"] } ?? [])
        }
        let lines = [film.comment, comment].compactMap { $0 }
        var options = ["-map_metadata", "1", "-map_chapters", "1"]
        options += ["-map_metadata:s:v:0", "1:s:\(film.video.index)"]
        if kept == .allButLocation { options += Self.places.flatMap { ["-metadata", $0 + "="] } }
        if comment != nil { options += ["-metadata", "comment=\(lines.joined(separator: "\n"))"] }
        return options
    }

    /// The names of texts that say where a film was taken.
    private static let places = [
        "location", "location-eng", "com.apple.quicktime.location.ISO6709",
        "com.apple.quicktime.location.accuracy.horizontal",
    ]

    /// Players of Apple know HEVC by this name only.
    private var tag: [String] {
        let isHEVC = ["265", "hevc"].contains { encoding.codec.contains($0) }
        return isHEVC && (container == .mp4 || container == .mov) ? ["-tag:v:0", "hvc1"] : []
    }

    private var muxing: [String] {
        switch container {
        case .mp4, .mov: ["-video_track_timescale", "\(film.video.timeBase.denominator)", "-movflags", "+faststart"]
        // The frame rate that the file names; times stay as they are.
        case .matroska, .webm: film.video.isSteady ? ["-r:v:0", film.video.frameRate.text] : []
        }
    }

    private func run(_ arguments: [String], isCanceled: @escaping @Sendable () -> Bool) throws {
        do {
            _ = try FFmpeg.output(of: ffmpeg.path, ["-nostdin", "-v", "error"] + arguments, isCanceled: isCanceled)
        } catch let failure as ProgramFailure {
            throw FilmError.notEncoded(
                file: output,
                reason: "\(failure); a name that ends in .mkv holds nearly all sound and subtitles")
        }
    }

    private func seconds(_ value: Double) -> String { String(format: "%.6f", value) }
}
