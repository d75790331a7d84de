import Foundation

/// How films are written, and which part of them. What is nil is as suits the film and the kind of file.
public struct FilmSettings: Sendable, Equatable {
    /// The name of ffmpeg's encoder; nil for `libx264`, in WebM for `libvpx-vp9`.
    public var codec: String?
    /// The quality in the encoder's own numbers: less is better and larger. nil for nearly no visible loss.
    public var crf: Double?
    /// The name of ffmpeg's pixel format; nil for `yuv420p`, with as many bits as the film has.
    public var pixelFormat: String?
    /// Seconds of the film that are left out at its beginning.
    public var start = 0.0
    /// Seconds of the film that are worked on; nil for all to its end.
    public var duration: Double?

    /// The whole film, written as suits it.
    public init() {}

    /// Whether only a part of the film is worked on.
    var isTrial: Bool { start > 0 || duration != nil }

    /// The settings in words, for telling whether they have changed.
    var description: String {
        let quality = crf.map { "\($0)" } ?? "-"
        return "\(codec ?? "-") \(quality) \(pixelFormat ?? "-") \(start) \(duration.map { "\($0)" } ?? "-")"
    }
}
