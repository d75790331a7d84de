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
    ///   - step: the time from frame to frame in a steady film; nil if it varies. Frames without a time of their own, as
    ///     the last ones of an AVI, come so much later than those before.
    ///   - open: starts a decoder some time before that frame, or, with `false`, at the beginning of the film.
    init(after last: Int?, step: Int?, open: @escaping @Sendable (_ near: Bool) throws -> FilmDecoder) {
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
                var told: Int?
                var time: Int?
                while let frame = next, !isCanceled.update({ $0 }) {
                    var own = frame.time
                    if let step, let before = time, own == told { own = before + step } else { told = own }
                    if time.map({ own <= $0 }) ?? false {
                        end.update { $0.dropped += 1 }
                    } else {
                        time = own
                        if last.map({ own > $0 }) ?? true {
                            frames.push(.success(FilmFrame(time: own, image: frame.image)))
                        }
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
