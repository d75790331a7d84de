import Files
import Foundation
import ImageFiles
import Reporting

/// A processed image that waits to be written.
struct FinishedImage: Sendable {
    let task: ImageTask
    let results: [ImageResult]
    let bytes: Int
    let decodeSeconds: Double
    let computeSeconds: Double

    init(_ image: ReadImage, results: [ImageResult], computeSeconds: Double) {
        task = image.task
        self.results = results
        bytes = image.bytes
        decodeSeconds = image.decodeSeconds
        self.computeSeconds = computeSeconds
    }
}

/// Encodes and writes results on separate threads. Each file gets its name when it is complete.
final class ImageWriting: Sendable {
    /// Images to write.
    let done: BoundedQueue<FinishedImage>

    private let settings: BatchSettings
    private let budget: MemoryBudget
    private let stop: StopWatch
    private let recorder: BatchRecorder
    private let running = DispatchGroup()

    init(settings: BatchSettings, budget: MemoryBudget, stop: StopWatch, recorder: BatchRecorder) {
        self.settings = settings
        self.budget = budget
        self.stop = stop
        self.recorder = recorder
        done = BoundedQueue(capacity: settings.encoders + 1, writers: 1)
    }

    func start() {
        for _ in 0..<settings.encoders {
            running.enter()
            Thread.detachNewThread { [self] in
                while let image = done.pop() { write(image) }
                running.leave()
            }
        }
    }

    func waitUntilWritten() { running.wait() }

    private func write(_ image: FinishedImage) {
        defer { budget.give(image.bytes) }
        let start = Console.uptime()
        let job = image.task.job
        do {
            var bytes = 0
            var losses = image.task.image?.metadata.losses ?? []
            for (result, path) in zip(image.results, job.outputs) {
                switch result.content {
                case .image(let image):
                    if openDescriptor(path) == nil { try ImageError.ofFiles { try createFolders(split(path).folder) } }
                    let file = try ImageRowWriter(
                        path, options: settings.options(job.format), width: image.width, height: image.height,
                        channels: image.channels, bitDepth: image.bitDepth, metadata: image.metadata)
                    losses += image.metadata.losses + file.losses
                    try file.append(image)
                    bytes += try file.finish()
                case .written:
                    losses += result.losses
                    bytes += FileStatus(path)?.bytes ?? 0
                }
            }
            recorder.done(
                image, bytes: bytes, losses: losses.unique, encodeSeconds: Console.uptime() - start)
        } catch {
            stop.note(error)
            if (error as? ImageError)?.isClosedPipe == true { return }
            recorder.failed(job, error, header: image.task.header)
        }
    }
}

extension BatchSettings {
    /// How a file of that format is packed.
    package func options(_ format: ImageFormat) -> EncodingOptions {
        switch format {
        case .jpeg: .jpeg(jpeg)
        case .webp: .webp(webp)
        case .tiff: .tiff(tiff)
        default: .png(png)
        }
    }
}
