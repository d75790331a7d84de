import Files
import Foundation
import ImageFiles
import Memory
import Reporting

/// Runs a batch. Other threads read images and write results while the next image is processed.
///
///     let batch = try BatchRun(settings)
///     let summary = try batch.run { task in
///         guard let image = task.image else { return [] }
///         return [ImageResult(upscaled(image))]
///     }
///     print(summary)
///
/// One broken image stops nothing but itself. Canceling lets the image that is being worked on be finished and what
/// is done be written. No half-written file ever lies under its final name, however the process ends.
public struct BatchRun {
    /// What was asked for.
    public let settings: BatchSettings
    private let plan: BatchPlan
    private let stop: StopWatch

    /// Finds the images and names their results. Only the output folder is created; nothing else is read or written.
    ///
    /// - Parameters:
    ///   - settings: what to do.
    ///   - isCanceled: whether to stop, asked on any thread. Canceling the task that runs the batch stops it, too.
    /// - Throws: ``BatchError`` for wrong usage; `ImageError` when the output folder cannot be created.
    public init(_ settings: BatchSettings, isCanceled: @escaping @Sendable () -> Bool = { false }) throws {
        self.settings = settings
        stop = StopWatch(isCanceled: isCanceled)
        plan = try BatchPlan(settings)
    }

    /// The images of this process, in processing order.
    public var jobs: [ImageJob] { plan.jobs }

    /// Processes all images.
    ///
    /// - Parameters:
    ///   - handling: how to deliver an image of that size and kind; called on other threads. It may throw for images
    ///     that cannot be processed.
    ///   - sizing: the size of the results for an image. With it, results that exist in another size are told apart.
    ///   - tell: is told what happens, on any thread.
    ///   - work: makes the results of an image, one for each variant of the settings; always called on the calling
    ///     thread. If it throws, only that image fails. Throw an `ImageError`, or an error whose description says what
    ///     to do.
    /// - Throws: `ImageError` when the report cannot be opened.
    public func run(
        handling: @escaping @Sendable (ImageHeader) throws -> ImageHandling = { .decoded(resultBytes: $0.byteCount) },
        sizing: (@Sendable (ImageHeader) throws -> (width: Int, height: Int))? = nil,
        telling tell: @escaping @Sendable (BatchEvent) -> Void = { _ in },
        _ work: (ImageTask) throws -> [ImageResult]
    ) throws -> BatchSummary {
        try run(
            handling: handling, sizing: sizing, telling: tell,
            films: { throw BatchError.file(path: $0.job.name, reason: "films are not worked on here") }, images: work)
    }

    /// Processes all images, then all films; see ``run(handling:sizing:telling:_:)``.
    ///
    /// - Parameter films: makes and writes the result of a film; called on the calling thread.
    package func run(
        handling: @escaping @Sendable (ImageHeader) throws -> ImageHandling,
        sizing: (@Sendable (ImageHeader) throws -> (width: Int, height: Int))?,
        telling tell: @escaping @Sendable (BatchEvent) -> Void, films: (FilmTask) throws -> FilmResult,
        images work: (ImageTask) throws -> [ImageResult]
    ) throws -> BatchSummary {
        let skipped = ExistingResults(sizing: sizing, settings: settings).examined(plan.skipped)
        let recorder = try BatchRecorder(settings, plan: plan, skipped: skipped, tell: tell)
        guard !settings.isDryRun else { return recorder.tellPlan() }
        let meeting = plan.folders.first.flatMap { RankMeeting(settings.rank, folder: $0) }
        for folder in plan.folders { AtomicFile.removeLeftovers(in: folder) }
        let budget = MemoryBudget(limit: settings.memory)
        let reader = ImageReader(
            plan.jobs.filter { !$0.isFilm }, settings: settings, budget: budget, stop: stop, recorder: recorder,
            handling: handling)
        let writer = ImageWriting(settings: settings, budget: budget, stop: stop, recorder: recorder)
        reader.start()
        writer.start()
        while let image = reader.ready.pop() {
            if stop.isStopped {
                budget.give(image.bytes)
                continue
            }
            let start = Console.uptime()
            do {
                let results = try MemoryJob.run {
                    try MemoryRoom.now.check(image.resultBytes)
                    return try work(image.task)
                }
                let waited = results.reduce(0) { $0 + $1.waitingSeconds }
                let seconds = Console.uptime() - start - waited
                recorder.computed(seconds)
                precondition(
                    results.count == image.task.job.outputs.count,
                    "\(results.count) results for \(image.task.job.outputs.count) variants")
                writer.done.push(FinishedImage(image, results: results, computeSeconds: seconds))
            } catch {
                recorder.computed(Console.uptime() - start)
                budget.give(image.bytes)
                stop.note(error)
                if error is CancellationError || (error as? ImageError)?.isClosedPipe == true { continue }
                recorder.failed(image.task.job, named(error, image.task.job), header: image.task.header)
            }
        }
        writer.done.finish()
        writer.waitUntilWritten()
        for job in plan.jobs where job.isFilm && !stop.isStopped {
            process(
                FilmTask(job: job, tell: { tell(.frames(of: job.name, done: $0, total: $1)) }, stop: stop), recorder,
                films)
        }
        let summary = recorder.finish(stop.reason)
        meeting?.leave(waiting: !summary.isComplete) { stop.isStopped }
        return summary
    }

    private func process(_ film: FilmTask, _ recorder: BatchRecorder, _ work: (FilmTask) throws -> FilmResult) {
        let start = Console.uptime()
        do {
            let result = try MemoryJob.run { try work(film) }
            let seconds = Console.uptime() - start
            recorder.computed(seconds)
            recorder.done(film.job, result, seconds: seconds)
        } catch {
            recorder.computed(Console.uptime() - start)
            let unfinished = error as? UnfinishedFilm
            let cause = unfinished?.cause ?? error
            stop.note(cause)
            if cause is CancellationError { return recorder.canceled(parts: unfinished?.parts) }
            recorder.failed(film.job, named(cause, film.job), header: nil, parts: unfinished?.parts)
        }
    }

    private func named(_ error: any Error, _ job: ImageJob) -> any Error {
        (error as? OutOfMemory).map { ImageError.outOfMemory(file: job.input, $0) } ?? error
    }
}
