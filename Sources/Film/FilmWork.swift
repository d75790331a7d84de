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

    /// Works on all frames that are not done yet, and writes the result.
    ///
    /// - Parameters:
    ///   - tell: is told how many frames are done, of about how many.
    ///   - isCanceled: whether to stop; asked on any thread.
    ///   - work: makes the frame of the result from one of the film, with as many channels. It is called on the calling
    ///     thread, in the order of the frames; frames equal to the one before are not asked for.
    /// - Throws: ``FilmError``, `CancellationError`, and what `work` throws; in an `UnfinishedFilm` if finished parts stay.
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
        let join = FilmJoin(
            input: input, output: output, film: film, container: container, settings: settings, encoding: encoding,
            comment: comment, kept: kept, ffmpeg: ffmpeg)
        try ImageError.ofFiles { try createFolders(split(output).folder) }
        let parts = try FilmParts(
            beside: output, digest: fullDigest(encoding), ending: encoding.muxer == "matroska" ? "mkv" : encoding.muxer)
        let course = FilmCourse(
            work: self, film: film, encoding: encoding, join: join, parts: parts, ffmpeg: ffmpeg, isCanceled: isCanceled
        )
        do {
            return try course.run(telling: tell, work)
        } catch {
            if !parts.all.isEmpty { throw UnfinishedFilm(cause: error, parts: parts.path) }
            parts.remove()
            throw error
        }
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
}
