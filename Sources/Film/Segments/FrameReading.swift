import BatchPipeline
import Foundation

/// Decodes a few frames in advance on a thread of its own. Frames come in the order of their times, each once.
final class FrameReading: Sendable {
    private let frames = BoundedQueue<Result<FilmFrame, any Error>>(capacity: 2, writers: 1)
    private let isCanceled = Monitor(false)
    private let end = Monitor((messages: "", dropped: 0))

    /// Starts decoding.
    ///
    /// - Parameters:
    ///   - last: the time of the last frame that is not wanted; nil if all are.
    ///   - open: starts a decoder some time before that frame, or, with `false`, at the beginning of the film.
    init(after last: Int?, open: @escaping @Sendable (_ near: Bool) throws -> FilmDecoder) {
        Thread.detachNewThread { [self] in
            defer { frames.finish() }
            do {
                var decoder = try open(true)
                var next = try decoder.next()
                if let last, let first = next, first.time > last {
                    // It began too late: the file has no good index.
                    decoder.cancel()
                    decoder = try open(false)
                    next = try decoder.next()
                }
                var time = last
                while let frame = next, !isCanceled.update({ $0 }) {
                    if time.map({ frame.time > $0 }) ?? true {
                        time = frame.time
                        frames.push(.success(frame))
                    } else if last.map({ frame.time > $0 }) ?? true {
                        end.update { $0.dropped += 1 }
                    }
                    next = try decoder.next()
                }
                if next != nil { decoder.cancel() }
                end.update { $0.messages = decoder.messages }
            } catch {
                frames.push(.failure(error))
            }
        }
    }

    /// The next frame; nil after the last one.
    func next() throws -> FilmFrame? { try frames.pop()?.get() }

    /// What ffmpeg says of damaged parts; known at the end.
    var messages: String { end.update { $0.messages } }

    /// How many frames had the time of another one.
    var dropped: Int { end.update { $0.dropped } }

    /// Waits until the thread is done.
    func cancel() {
        isCanceled.update { $0 = true }
        while frames.pop() != nil {}
    }
}
