import BatchPipeline
import Film
import Foundation
import ImageFiles
import Models

/// The films of a batch: how they are worked on, and what goes into their results beside the frames.
struct FilmBatch {
    /// ffmpeg; nil if it is not there, and then the batch takes no films.
    private let ffmpeg: FFmpeg?
    private let settings: FilmSettings
    private let model: String
    private let identity: RecipeStart?
    private let provenance: Bool
    private let kept: ImageMetadata.Kept

    /// Looks for ffmpeg, and tells the batch what to do with films.
    ///
    /// - Parameters:
    ///   - identity: everything that decides how frames come out.
    ///   - provenance: whether results say which model worked on them.
    init(
        _ settings: FilmSettings, in batch: inout BatchSettings, model: String, identity: RecipeStart?,
        provenance: Bool, kept: ImageMetadata.Kept
    ) {
        (self.settings, self.model, self.identity) = (settings, model, identity)
        (self.provenance, self.kept) = (provenance, kept)
        do {
            ffmpeg = try FFmpeg()
            batch.films = .taken
        } catch {
            ffmpeg = nil
            batch.films = .missingProgram("\(error)")
        }
    }

    /// Works on a film.
    ///
    /// - Parameter work: makes the frame of the result from one of the film.
    /// - Throws: `FilmError`, `ImageError` when the disk is full, `CancellationError`, and what `work` throws; in an
    ///   `UnfinishedFilm` if finished parts stay.
    func result(of task: FilmTask, _ work: (Image) throws -> Image) throws -> FilmResult {
        guard let ffmpeg else { throw FilmError.noFFmpeg(program: "ffmpeg") }
        var film = FilmWork(input: task.job.input, output: task.job.outputs[0], digest: try digest)
        film.settings = settings
        film.kept = kept
        if provenance { film.comment = "Software: \(Software.description)\nModel: \(model)" }
        do {
            return try film.run(
                ffmpeg, telling: task.tell, isCanceled: { task.isCanceled },
                { frame in
                    if task.isCanceled { throw CancellationError() }
                    return try work(frame)
                })
        } catch let error as UnfinishedFilm {
            throw UnfinishedFilm(cause: Self.told(error.cause, film.output), parts: error.parts)
        } catch {
            throw Self.told(error, film.output)
        }
    }

    private static func told(_ error: any Error, _ output: String) -> any Error {
        (error as? FilmError)?.asWriteError(to: output) ?? error
    }

    private var digest: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return try identity.map { String(decoding: try encoder.encode($0.recipe()), as: UTF8.self) } ?? model
        }
    }
}

extension FilmError {
    /// The same as an error of images, if a file could not be written: a full disk then ends the batch.
    fileprivate func asWriteError(to output: String) -> ImageError? {
        let full = String(cString: strerror(ENOSPC))
        switch self {
        case .notEncoded(_, let reason) where reason.contains(full): return .notWritable(file: output, reason: full)
        case .notWritable(let file, let reason): return .notWritable(file: file, reason: reason)
        default: return nil
        }
    }
}
