import BatchPipeline
import Foundation
import ImageFiles

/// Encodes frames on a thread of its own, as parts of so many frames each.
final class PartWriting: Sendable {
    /// What all parts have in common.
    struct Plan: Sendable {
        let film: FilmStreams
        let encoding: FilmEncoding
        let ffmpeg: FFmpeg
        /// The file that the user waits for.
        let result: String
        /// How many frames a part has; the last one may have fewer.
        let framesInPart: Int
        /// The layout of the frames.
        let layout: RawLayout
    }

    private let frames = BoundedQueue<FilmFrame>(capacity: 2, writers: 1)
    private let failure = Monitor<(any Error)?>(nil)
    private let isCanceled = Monitor(false)
    private let running = DispatchGroup()

    init(_ plan: Plan, into parts: FilmParts) {
        running.enter()
        Thread.detachNewThread { [self] in
            defer { running.leave() }
            var part = OpenPart(plan, parts)
            do {
                while let frame = frames.pop() {
                    if isCanceled.update({ $0 }) { break }
                    try part.add(frame)
                }
                if isCanceled.update({ $0 }) { part.cancel() } else { try part.finish() }
            } catch {
                part.cancel()
                failure.update { $0 = error }
            }
            while frames.pop() != nil {}
        }
    }

    /// Adds a frame; waits until there is room.
    ///
    /// - Throws: what went wrong with frames before it.
    func write(_ frame: FilmFrame) throws {
        if let error = failure.update({ $0 }) { throw error }
        frames.push(frame)
    }

    /// Waits until all frames are in finished parts.
    ///
    /// - Throws: ``FilmError``.
    func finish() throws {
        frames.finish()
        running.wait()
        if let error = failure.update({ $0 }) { throw error }
    }

    /// Drops the part that is not finished.
    func cancel() {
        isCanceled.update { $0 = true }
        frames.finish()
        running.wait()
    }
}

/// The part that is being written.
private struct OpenPart {
    private let plan: PartWriting.Plan
    private let parts: FilmParts
    private var encoder: FrameEncoder?
    private var part: FilmParts.Part?

    init(_ plan: PartWriting.Plan, _ parts: FilmParts) { (self.plan, self.parts) = (plan, parts) }

    mutating func add(_ frame: FilmFrame) throws {
        let image = frame.image.fitted(to: plan.layout)
        guard image.channels == plan.layout.channels else {
            throw FilmError.unsupported(
                file: plan.result, reason: "frames of \(image.channels) channels; films have 3, or 4 with alpha")
        }
        var own =
            part
            ?? FilmParts.Part(frames: 0, first: frame.time, last: frame.time, width: image.width, height: image.height)
        guard image.width == own.width, image.height == own.height else {
            throw FilmError.unsupported(file: plan.result, reason: "the size of its images changes on the way")
        }
        let encoder = try encoder ?? started(image)
        self.encoder = encoder
        try encoder.add(image, time: frame.time - own.first)
        own.frames += 1
        own.last = frame.time
        part = own
        if own.frames == plan.framesInPart { try finish() }
    }

    mutating func finish() throws {
        guard let encoder, let part else { return }
        try encoder.finish()
        try parts.add(part)
        (self.encoder, self.part) = (nil, nil)
    }

    func cancel() { encoder?.cancel() }

    private func started(_ image: Image) throws -> FrameEncoder {
        let video = plan.film.video
        let stream = NUTStream(
            width: image.width, height: image.height, layout: plan.layout, timeBase: video.timeBase,
            pixelAspect: video.pixelAspect)
        return try FrameEncoder(
            parts.unfinished, stream, plan.encoding, video.colors, result: plan.result, plan.ffmpeg)
    }
}
