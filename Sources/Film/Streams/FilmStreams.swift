import Files
import Foundation

/// What a film file holds, as `ffprobe` tells it.
public struct FilmStreams: Sendable, Equatable {
    /// The kinds of streams.
    public enum Kind: String, Sendable {
        case video, audio, subtitle, attachment, data
    }

    /// One stream of the file.
    public struct Stream: Sendable, Equatable {
        /// Its number in the file.
        public let index: Int
        /// What it holds.
        public let kind: Kind
        /// The name of its codec, as ffmpeg calls it.
        public let codec: String
        /// Whether it is a cover image rather than moving images.
        public let isCover: Bool
    }

    /// The moving images that are worked on.
    public let video: FilmVideo
    /// All other streams.
    public let others: [Stream]
    /// The length of the file in seconds, if it is known.
    public let duration: Double?
    /// The time of its beginning in seconds; timestamps of streams begin about there.
    public let start: Double
    /// The comment in its metadata.
    let comment: String?

    /// Asks `ffprobe`.
    ///
    /// - Throws: ``FilmError``, `CancellationError`.
    public init(
        _ path: String, _ ffmpeg: FFmpeg, isCanceled: @escaping @Sendable () -> Bool = { false }
    ) throws {
        let bytes: [UInt8]
        do {
            bytes = try FFmpeg.output(
                of: ffmpeg.probePath,
                ["-v", "error", "-protocol_whitelist", "file,pipe", "-of", "json", "-show_format", "-show_streams"]
                    + ["-i", FFmpeg.file(path)], isCanceled: isCanceled)
        } catch let failure as ProgramFailure {
            throw FilmError.unreadable(
                file: path, reason: failure.description.replacing("file:" + path + ": ", with: ""))
        }
        guard let answer = try? ProbeAnswer(json: bytes) else {
            throw FilmError.unreadable(file: path, reason: "ffprobe's answer is not understood")
        }
        try self.init(answer, path: path)
    }

    init(_ answer: ProbeAnswer, path: String) throws(FilmError) {
        let streams = answer.streams ?? []
        let moving = streams.filter { $0.kind == .video && !$0.isCover }
        guard let chosen = moving.first(where: { $0.disposition?["default"] == 1 }) ?? moving.first else {
            throw .noVideo(file: path)
        }
        start = answer.format?.startTime.flatMap { Double($0) } ?? 0
        duration = (answer.format?.duration ?? chosen.duration).flatMap { Double($0) }
        let tags = answer.format?.tags ?? [:]
        comment = tags.first { $0.key.lowercased() == "comment" }?.value
        video = try FilmVideo(chosen, fileDuration: duration, path: path)
        others = streams.filter { $0.index != chosen.index }.map {
            Stream(index: $0.index, kind: $0.kind, codec: $0.codecName ?? "unknown", isCover: $0.isCover)
        }
    }
}

/// The answer of `ffprobe` in JSON.
struct ProbeAnswer: Decodable {
    struct SideData: Decodable {
        let sideDataType: String?
        let rotation: Double?
    }

    struct Stream: Decodable {
        let index: Int
        let codecType: String?
        let codecName: String?
        let width: Int?
        let height: Int?
        let pixFmt: String?
        let colorRange: String?
        let colorSpace: String?
        let colorTransfer: String?
        let colorPrimaries: String?
        let chromaLocation: String?
        let fieldOrder: String?
        let sampleAspectRatio: String?
        let rFrameRate: String?
        let avgFrameRate: String?
        let timeBase: String?
        let startPts: Int?
        let duration: String?
        let nbFrames: String?
        let disposition: [String: Int]?
        let sideDataList: [SideData]?

        var kind: FilmStreams.Kind { FilmStreams.Kind(rawValue: codecType ?? "") ?? .data }
        var isCover: Bool { disposition?["attached_pic"] == 1 }
    }

    struct Format: Decodable {
        let startTime: String?
        let duration: String?
        let tags: [String: String]?
    }

    let streams: [Stream]?
    let format: Format?

    init(json: [UInt8]) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(ProbeAnswer.self, from: Data(json))
    }
}
