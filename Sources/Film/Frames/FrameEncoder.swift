import ImageFiles

/// Encodes frames into one file, with their exact times.
final class FrameEncoder {
    private let child: ChildProcess
    private let writer: NUTWriter
    private let path: String

    /// Starts ffmpeg.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - stream: size, kind and unit of time of the frames.
    ///   - result: the file that the user waits for, for messages.
    /// - Throws: ``FilmError``.
    init(
        _ path: String, _ stream: NUTStream, _ encoding: FilmEncoding, _ colors: FilmColors, result: String,
        _ ffmpeg: FFmpeg
    ) throws {
        writer = NUTWriter(stream: stream)
        self.path = result
        var filters: [String] = []
        if encoding.sharesColor { filters.append("crop=trunc(iw/2)*2:trunc(ih/2)*2:0:0") }
        filters.append("scale=\(colors.writing(isRGB: encoding.isRGB)):flags=bicubic+accurate_rnd+full_chroma_int")
        filters.append("format=\(encoding.pixelFormat)")
        var arguments = ["-nostdin", "-v", "error", "-f", "nut", "-i", "pipe:0", "-map", "0:v:0"]
        arguments += ["-vf", filters.joined(separator: ",")] + ffmpeg.passingFrames
        arguments += ["-enc_time_base", stream.timeBase.text, "-c:v", encoding.codec] + encoding.options
        arguments += colors.tags(isRGB: encoding.isRGB) + ["-f", encoding.muxer]
        if encoding.muxer != "matroska" { arguments += ["-video_track_timescale", "\(stream.timeBase.denominator)"] }
        do {
            child = try ChildProcess(ffmpeg.path, arguments + ["-y", FFmpeg.file(path)], takesInput: true)
        } catch {
            throw FilmError.notEncoded(file: result, reason: "\(error)")
        }
        try write(writer.start)
    }

    /// Adds a frame.
    ///
    /// - Parameter time: its timestamp; the first one is 0.
    /// - Throws: ``FilmError`` when ffmpeg takes no more.
    func add(_ image: Image, time: Int) throws {
        try write(writer.header(time: time))
        try said { try image.withRawBytes { try child.write($0) } }
    }

    /// Ends the file.
    ///
    /// - Throws: ``FilmError``.
    func finish() throws {
        child.closeInput()
        let end = child.wait()
        guard end.isSuccess else {
            throw FilmError.notEncoded(
                file: path, reason: child.messages.isEmpty ? "ffmpeg \(end)" : child.messages)
        }
    }

    /// Ends ffmpeg; the file is of no use.
    func cancel() {
        child.kill()
        child.wait()
    }

    private func write(_ bytes: [UInt8]) throws { try said { try bytes.withUnsafeBytes { try child.write($0) } } }

    /// Adds what ffmpeg said to a failure.
    private func said(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let failure as ProgramFailure {
            child.closeInput()
            let end = child.wait()
            let words = child.messages
            throw FilmError.notEncoded(
                file: path, reason: !words.isEmpty ? words : end.isSuccess ? failure.description : "ffmpeg \(end)")
        }
    }
}
