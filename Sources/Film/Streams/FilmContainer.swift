import Files

/// The kinds of files that films are written to, by their endings.
enum FilmContainer: Sendable, Equatable {
    case mp4, mov, matroska, webm

    init?(ending: String) {
        switch ending.lowercased() {
        case "mp4", "m4v": self = .mp4
        case "mov": self = .mov
        case "mkv": self = .matroska
        case "webm": self = .webm
        default: return nil
        }
    }

    /// The name of ffmpeg's muxer.
    var muxer: String {
        switch self {
        case .mp4: "mp4"
        case .mov: "mov"
        case .matroska: "matroska"
        case .webm: "webm"
        }
    }

    /// Whether the streams of another file can go in, and the codec that subtitles are converted to, if they must be.
    func keeping(_ stream: FilmStreams.Stream) -> Keeping {
        switch (stream.kind, self) {
        case (.audio, _): return .copied
        case (.video, .webm): return stream.isCover ? .left : .copied
        case (.video, .matroska): return stream.isCover ? .left : .copied
        case (.video, _): return .copied
        case (.attachment, .matroska): return .copied
        case (.attachment, _), (.data, _): return .left
        case (.subtitle, _): return subtitle(stream.codec)
        }
    }

    /// What becomes of a stream.
    enum Keeping: Equatable {
        case copied
        case converted(codec: String)
        case left
    }

    private static let texts: Set<String> = ["mov_text", "subrip", "srt", "ass", "ssa", "webvtt", "text"]

    private func subtitle(_ codec: String) -> Keeping {
        let isText = Self.texts.contains(codec)
        switch self {
        case .mp4, .mov: return codec == "mov_text" ? .copied : isText ? .converted(codec: "mov_text") : .left
        case .matroska: return codec == "mov_text" ? .converted(codec: "subrip") : .copied
        case .webm: return codec == "webvtt" ? .copied : isText ? .converted(codec: "webvtt") : .left
        }
    }
}
