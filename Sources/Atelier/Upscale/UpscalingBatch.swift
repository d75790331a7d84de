import BatchPipeline
import Film
import ImageFiles

extension Upscaling {
    /// The size of a result, in bytes, above which it is processed in strips, whatever the memory.
    private static let largeResult = 48 << 20

    /// Upscales files and folders of images and films. Large ones go through in strips, in memory that does not grow with their
    /// height.
    ///
    /// - Parameters:
    ///   - batch: which images, and where the results go.
    ///   - film: how films are written.
    ///   - comparison: a file for an image that shows ordinary upscaling beside this one where they differ most; nil
    ///     for none.
    ///   - tell: is told what happens, on any thread.
    ///   - isCanceled: whether to stop, asked on any thread. Canceling the task does the same.
    /// - Throws: `BatchError` when what is asked for makes no sense, `ImageError` when the folder or the comparison
    ///   cannot be written.
    @discardableResult
    public func run(
        _ batch: BatchSettings, film: FilmSettings = FilmSettings(), comparison: String? = nil,
        telling tell: @escaping @Sendable (BatchEvent) -> Void = { _ in },
        isCanceled: @escaping @Sendable () -> Bool = { false }
    ) throws -> BatchSummary {
        var batch = batch
        batch.model = model
        batch.takesAnimations = true
        let shown = comparison.map { Comparison(path: $0) }
        let films = FilmBatch(
            film, in: &batch, model: model, identity: identity, provenance: provenance, kept: kept)
        let settings = batch
        let run = try BatchRun(settings, isCanceled: isCanceled)
        let summary = try run.run(
            handling: handling, sizing: sizing, telling: tell,
            films: { task in try films.result(of: task) { try upscaled($0, isCanceled: { task.isCanceled }) } },
            images: { task in
                let result = try self(task, in: settings)
                if let shown { try shown.add(task, result) }
                return [result]
            })
        if let shown, !batch.isDryRun { try shown.write() }
        return summary
    }

    private func sizing(_ header: ImageHeader) throws -> (width: Int, height: Int) {
        try checkedSize(width: header.width, height: header.height)
    }

    private func handling(_ header: ImageHeader) throws -> ImageHandling {
        let result = try sizing(header)
        let depth = header.bitDepth == 16 ? 2 : 1
        let resultBytes = result.width * result.height * upscaler.channels(of: header.channels) * depth
        if resultBytes <= min(Self.largeResult, memory / 4) { return .decoded(resultBytes: resultBytes) }
        let bytes = upscaler.bytes(width: header.width, channels: header.channels, bitDepth: 8 * depth, to: result)
        return .file(bytes: bytes + (header.isInOrder ? 0 : 2 * header.byteCount))
    }
}
