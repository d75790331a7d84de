import Files
import Foundation
import ImageFiles
import Reporting

extension ImageTask {
    /// Whether it is an animation, and its result can be one: the work processes it with ``inFrames(_:)``.
    package var isAnimation: Bool { BatchPipeline.isAnimation(header, job, settings) }

    /// Processes an animation frame by frame, and writes the result. Memory holds a few frames.
    ///
    /// - Parameter work: makes a frame of the result from one of the animation; the first one has the metadata of the
    ///   file, and those of its result become those of the result.
    /// - Throws: `ImageError`, `CancellationError`, and whatever the work throws; then no file is written.
    package func inFrames(_ work: (Image) throws -> Image) throws -> ImageResult {
        let path = job.outputs[0]
        let animation = try AnimationReader(
            job.input, limits: settings.limits, allowPartial: settings.allowsPartial)
        if openDescriptor(path) == nil { try ImageError.ofFiles { try createFolders(split(path).folder) } }
        let writer = try job.format.animationWriter(
            path, frames: animation.frameCount, plays: animation.plays, options: settings.options(job.format))
        guard let writer else {
            throw ImageError.unsupported(file: path, reason: "a \(job.format.fileExtension) holds no animation")
        }
        var (waiting, size) = (0.0, (width: animation.width, height: animation.height))
        func timed<Value>(_ body: () throws -> Value) rethrows -> Value {
            let start = Console.uptime()
            defer { waiting += Console.uptime() - start }
            return try body()
        }
        var losses = animation.metadata.losses
        var isFirst = true
        while var frame = try timed({ try animation.next() }) {
            if isCanceled { throw CancellationError() }
            if isFirst { frame.image.metadata = animation.metadata }
            frame.image = try work(frame.image)
            if isFirst { losses += frame.image.metadata.losses }
            isFirst = false
            size = (frame.image.width, frame.image.height)
            try timed { try writer.add(frame) }
        }
        _ = try timed { try writer.finish() }
        var written = ImageResult(writtenWidth: size.width, height: size.height)
        written.waitingSeconds = waiting
        written.isPartial = animation.metadata.isPartial
        written.losses = losses.unique
        return written
    }
}

/// Whether an image is an animation that is worked on as one.
func isAnimation(_ header: ImageHeader, _ job: ImageJob, _ settings: BatchSettings) -> Bool {
    settings.takesAnimations && header.isAnimated && job.format.holdsAnimations && job.outputs.count == 1
}
