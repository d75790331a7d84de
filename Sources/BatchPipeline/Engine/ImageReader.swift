import Foundation
import ImageFiles
import Memory
import Reporting

/// An image that was read and waits to be processed, with the memory reserved for it.
struct ReadImage: Sendable {
    let task: ImageTask
    let bytes: Int
    /// Of these, what the work will take.
    let resultBytes: Int
    let decodeSeconds: Double
}

/// Reads images in advance on separate threads, within the memory limit.
final class ImageReader: Sendable {
    /// The images that were read, approximately in order.
    let ready: BoundedQueue<ReadImage>

    private let jobs: [ImageJob]
    private let settings: BatchSettings
    private let budget: MemoryBudget
    private let stop: StopWatch
    private let recorder: BatchRecorder
    private let handling: @Sendable (ImageHeader) throws -> ImageHandling
    private let next = Monitor(0)

    init(
        _ jobs: [ImageJob], settings: BatchSettings, budget: MemoryBudget, stop: StopWatch, recorder: BatchRecorder,
        handling: @escaping @Sendable (ImageHeader) throws -> ImageHandling
    ) {
        self.jobs = jobs
        self.settings = settings
        self.budget = budget
        self.stop = stop
        self.recorder = recorder
        self.handling = handling
        ready = BoundedQueue(capacity: settings.decoders + 1, writers: settings.decoders)
    }

    func start() {
        for _ in 0..<settings.decoders {
            Thread.detachNewThread { [self] in
                while let job = nextJob() { read(job) }
                ready.finish()
            }
        }
    }

    private func nextJob() -> ImageJob? {
        if stop.isStopped { return nil }
        let index = next.update { next in
            defer { next += 1 }
            return next
        }
        return index < jobs.count ? jobs[index] : nil
    }

    private func read(_ job: ImageJob) {
        var known: ImageHeader?
        var held = 0
        do {
            let header = try Image.header(of: job.input)
            known = header
            try checkExtent(header, job)
            var handling = try handling(header)
            if isAnimation(header, job, settings) { handling = .file(bytes: Self.bytes(forFramesOf: header, handling)) }
            let wanted = Self.bytes(for: handling, header, file: job.bytes)
            guard budget.take(wanted, isCanceled: { stop.isStopped }) else { return }
            held = wanted
            let start = Console.uptime()
            var image: Image?
            do {
                image = try decoded(job, header, handling)
            } catch ImageError.outOfMemory where budget.used > held {
                // Perhaps others have what it needs.
                let all = budget.takeAll(insteadOf: held, isCanceled: { stop.isStopped })
                held = all ?? 0
                guard all != nil else { return }
                image = try decoded(job, header, handling)
            }
            let task = ImageTask(job: job, header: header, image: image, stop: stop, settings: settings)
            let seconds = Console.uptime() - start
            ready.push(
                ReadImage(task: task, bytes: held, resultBytes: handling.resultBytes, decodeSeconds: seconds))
        } catch {
            budget.give(held)
            recorder.failed(job, error, header: known)
        }
    }

    /// The image, if it is delivered decoded. What it will need is known now, and refused before it is decoded.
    private func decoded(_ job: ImageJob, _ header: ImageHeader, _ handling: ImageHandling) throws -> Image? {
        var isDecoded = false
        if case .decoded = handling { isDecoded = true }
        guard isDecoded || !(header.isInOrder || isAnimation(header, job, settings)) else { return nil }
        try ImageError.naming(job.input) {
            if let limit = settings.decodingLimit, header.decodingBytes > limit {
                throw OutOfMemory(wanted: header.decodingBytes, setting: settings.names.memory, bytes: limit)
            }
            try MemoryRoom.now.check(job.bytes + header.decodingBytes + handling.resultBytes)
        }
        guard isDecoded else { return nil }
        return try Image.read(job.input, limits: settings.limits, allowPartial: settings.allowsPartial)
    }

    /// Checked before waiting for memory, so that a file that claims to be huge does not delay the others.
    private func checkExtent(_ header: ImageHeader, _ job: ImageJob) throws {
        let (pixels, overflows) = header.width.multipliedReportingOverflow(by: header.height)
        if overflows || pixels > settings.limits.maxPixels {
            throw ImageError.tooLarge(
                file: job.input,
                reason: "\(header.width) x \(header.height) pixels; the limit is \(settings.limits.maxPixels) pixels")
        }
    }

    /// The memory of an animation's canvas, a frame and their results.
    private static func bytes(forFramesOf header: ImageHeader, _ handling: ImageHandling) -> Int {
        let canvas = header.width * header.height * 4 * (header.bitDepth == 16 ? 2 : 1)
        return switch handling {
        case .decoded(let results): 4 * canvas + 3 * results
        case .file(let bytes): 4 * canvas + bytes
        }
    }

    /// The memory of the file and its pixels, and of the results as pixels and as files.
    private static func bytes(for handling: ImageHandling, _ header: ImageHeader, file: Int) -> Int {
        switch handling {
        case .decoded(let results): file + header.byteCount + 2 * results
        case .file(let bytes): bytes
        }
    }
}
