import Files
import Foundation
import ImageFiles
import Reporting

/// The size and kind of an image that is written strip by strip.
package struct StripResult: Sendable {
    /// Pixels in a row.
    package var width: Int
    /// Rows.
    package var height: Int
    /// 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.
    package var channels: Int
    /// 8 or 16.
    package var bitDepth: Int
    /// What goes with the pixels.
    package var metadata: ImageMetadata

    /// A result of that size and kind.
    package init(width: Int, height: Int, channels: Int, bitDepth: Int, metadata: ImageMetadata) {
        (self.width, self.height, self.channels) = (width, height, channels)
        (self.bitDepth, self.metadata) = (bitDepth, metadata)
    }
}

extension ImageTask {
    /// Processes an image file strip by strip. While one strip is processed, other threads decode the next strip and
    /// encode the previous one. Memory holds a few strips, whatever the height of the image.
    ///
    ///     return [try task.inStrips(result: { StripResult(…) }) { image, emit in
    ///         let stream = upscaler.stream(of: image, emit: emit)
    ///         return { try stream.push($0) }
    ///     }]
    ///
    /// - Parameters:
    ///   - variant: which of the job's results is written.
    ///   - result: the size and kind of the result for an input.
    ///   - begin: returns a closure that takes the strips in order; `emit` takes strips of the result, with any number
    ///     of rows.
    /// - Returns: what the work returns for that variant.
    /// - Throws: `ImageError`, `CancellationError`, and whatever the work throws; then no file is written.
    package func inStrips(
        variant: Int = 0, result: (any ImageRows) throws -> StripResult,
        _ begin: (_ image: ImageOutline, _ emit: @escaping (Image) throws -> Void) throws -> (Image) throws -> Void
    ) throws -> ImageResult {
        let path = job.outputs[variant]
        let reader = try ImageRowReader(job.input, limits: settings.limits, allowPartial: settings.allowsPartial)
        let (image, outline) = (ImageOutline(reader), try result(reader))
        if openDescriptor(path) == nil { try ImageError.ofFiles { try createFolders(split(path).folder) } }
        let writer = try ImageRowWriter(
            path, options: settings.options(job.format), width: outline.width, height: outline.height,
            channels: outline.channels, bitDepth: outline.bitDepth, metadata: outline.metadata)
        let losses = outline.metadata.losses + writer.losses
        let input = StripReading(reader)
        let output = StripWriting(writer)
        var waiting = 0.0
        func timed<Value>(_ body: () throws -> Value) rethrows -> Value {
            let start = Console.uptime()
            defer { waiting += Console.uptime() - start }
            return try body()
        }
        do {
            let take = try begin(image) { rows in try timed { try output.write(rows) } }
            while let strip = try timed({ try input.next() }) {
                if isCanceled { throw CancellationError() }
                try take(strip)
            }
        } catch {
            input.cancel()
            output.cancel()
            throw error
        }
        try timed { try output.finish() }
        var written = ImageResult(writtenWidth: outline.width, height: outline.height)
        written.waitingSeconds = waiting
        written.isPartial = input.isPartial
        written.losses = input.losses + losses
        return written
    }
}

/// Decodes a few strips in advance on a separate thread.
private final class StripReading: Sendable {
    private let strips = BoundedQueue<Result<Image, any Error>>(capacity: 2, writers: 1)
    private let isCanceled = Monitor(false)
    private let end = Monitor(ImageMetadata())

    private static let rows = 64

    init(_ reader: sending ImageRowReader) {
        nonisolated(unsafe) let reader = reader
        Thread.detachNewThread { [self] in
            defer { strips.finish() }
            do {
                while !isCanceled.update({ $0 }), let strip = try reader.next(Self.rows) {
                    strips.push(.success(strip))
                }
                end.update { $0 = reader.metadata }
            } catch {
                strips.push(.failure(error))
            }
        }
    }

    /// Whether the image was truncated or damaged; known at its end.
    var isPartial: Bool { end.update { $0.isPartial } }

    /// What the file holds besides the image; known at its end.
    var losses: [ImageLoss] { end.update { $0.losses } }

    func next() throws -> Image? { try strips.pop()?.get() }

    /// Waits until the thread is done.
    func cancel() {
        isCanceled.update { $0 = true }
        while strips.pop() != nil {}
    }
}

/// Encodes strips on a separate thread.
private final class StripWriting: Sendable {
    private let strips = BoundedQueue<Image>(capacity: 1, writers: 1)
    private let failure = Monitor<(any Error)?>(nil)
    private let isCanceled = Monitor(false)
    private let running = DispatchGroup()

    init(_ writer: sending ImageRowWriter) {
        nonisolated(unsafe) var writer: ImageRowWriter? = writer
        running.enter()
        Thread.detachNewThread { [self] in
            defer {
                // Releasing it removes an unfinished file, which must be done before anyone stops waiting.
                writer = nil
                running.leave()
            }
            do {
                var isComplete = true
                while let strip = strips.pop() {
                    if isCanceled.update({ $0 }) { isComplete = false } else { try writer?.append(strip) }
                }
                if isComplete, !isCanceled.update({ $0 }) { try writer?.finish() }
            } catch {
                failure.update { $0 = error }
                while strips.pop() != nil {}
            }
        }
    }

    func write(_ rows: Image) throws {
        if let error = failure.update({ $0 }) { throw error }
        strips.push(rows)
    }

    func finish() throws {
        strips.finish()
        running.wait()
        if let error = failure.update({ $0 }) { throw error }
    }

    func cancel() {
        isCanceled.update { $0 = true }
        strips.finish()
        running.wait()
    }
}
