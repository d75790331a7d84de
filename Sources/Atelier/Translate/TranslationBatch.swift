import BatchPipeline
import Film
import ImageFiles

extension Translation {
    /// Translates files and folders of images and films.
    ///
    /// - Parameters:
    ///   - batch: which images, and where the results go.
    ///   - film: how films are written.
    ///   - sheet: a file for one sheet of all results, small; nil for none.
    ///   - tell: is told what happens, on any thread.
    ///   - isCanceled: whether to stop, asked on any thread. Canceling the task does the same.
    /// - Throws: `BatchError` when what is asked for makes no sense, `ImageError` when the folder or the sheet cannot be
    ///   written.
    @discardableResult
    public func run(
        _ batch: BatchSettings, film: FilmSettings = FilmSettings(), sheet: String? = nil,
        telling tell: @escaping @Sendable (BatchEvent) -> Void = { _ in },
        isCanceled: @escaping @Sendable () -> Bool = { false }
    ) throws -> BatchSummary {
        var batch = batch
        batch.model = model
        batch.takesAnimations = true
        var grid = sheet.map { TranslationSheet(path: $0) }
        let films = FilmBatch(
            film, in: &batch, model: model, identity: identity, provenance: options.provenance, kept: options.kept)
        let settings = batch
        let run = try BatchRun(settings, isCanceled: isCanceled)
        let summary = try run.run(
            handling: handling, sizing: sizing, telling: tell,
            films: { task in
                try films.result(of: task) { try translated(frame: $0, isCanceled: { task.isCanceled }) }
            },
            images: { task in
                if task.isAnimation {
                    return [try task.inFrames { try translated(animated: $0, isCanceled: { task.isCanceled }) }]
                }
                guard let image = task.image else { return [] }
                let result = try translated(image, of: task, in: settings)
                grid?.add(result, index: task.job.index, isDoubled: options.sideBySide)
                return [ImageResult(result, seed: options.seed)]
            })
        try grid?.write(provenanceMetadata)
        return summary
    }

    private func sizing(_ header: ImageHeader) -> (width: Int, height: Int) {
        (header.width * (options.sideBySide ? 2 : 1), header.height)
    }

    private func handling(_ header: ImageHeader) -> ImageHandling {
        var samples = outputs * (options.sideBySide ? 2 : 1)
        // Planes of floats.
        if options.removesPaper { samples += 24 }
        return .decoded(resultBytes: header.width * header.height * (header.bitDepth == 16 ? 2 : 1) * samples)
    }
}
