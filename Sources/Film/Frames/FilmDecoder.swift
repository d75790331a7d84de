import ImageFiles

/// Decodes the frames of a film one after the other, upright, as red, green and blue, each with its exact time.
final class FilmDecoder {
    /// Where decoding begins.
    enum Beginning: Equatable {
        /// At the first frame.
        case start
        /// Some time before this many seconds after the beginning of the file: at the nearest frame that can be
        /// decoded alone.
        case before(Double)
    }

    private let child: ChildProcess
    private var reader: NUTReader?
    private let path: String
    private let video: FilmVideo
    private let shift: Int

    /// Seconds that are decoded in advance, so that images that refresh bit by bit are complete.
    private static let lead = 2.0

    /// Starts ffmpeg.
    ///
    /// - Throws: ``FilmError``.
    init(_ path: String, _ film: FilmStreams, _ ffmpeg: FFmpeg, layout: RawLayout, from beginning: Beginning) throws {
        (self.path, video) = (path, film.video)
        // Times in the pipe are never negative.
        shift = (16 * video.timeBase.denominator + video.timeBase.numerator - 1) / video.timeBase.numerator
        var arguments = ["-nostdin", "-v", "error", "-copyts"]
        if case .before(let seconds) = beginning, seconds > Self.lead {
            arguments += ["-ss", String(format: "%.3f", seconds - Self.lead)]
        }
        let scaling = "scale=\(video.colors.reading):flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp"
        arguments += ["-protocol_whitelist", "file,pipe", "-i", FFmpeg.file(path), "-map", "0:\(video.index)"]
        arguments += ["-map_metadata", "-1", "-map_chapters", "-1"]
        arguments += ["-vf", "setpts=PTS+\(shift),\(scaling),format=\(layout.rawValue)"]
        arguments += ffmpeg.passingFrames + ["-enc_time_base", video.timeBase.text, "-c:v", "rawvideo"]
        arguments += ["-f", "nut", "pipe:1"]
        do {
            let child = try ChildProcess(ffmpeg.path, arguments, takesInput: false)
            self.child = child
            reader = try NUTReader(layout) { try child.read(into: $0) }
        } catch let error as CustomStringConvertible & Error {
            throw FilmError.unreadable(file: path, reason: error.description)
        }
    }

    /// Size and kind of the frames; nil if there are none.
    var stream: NUTStream? { reader?.stream }

    /// The next frame; nil after the last one.
    ///
    /// - Throws: ``FilmError`` when the film cannot be decoded any further.
    func next() throws -> FilmFrame? {
        guard let stream = reader?.stream else {
            try finish()
            return nil
        }
        do {
            let frame = try Image.ofRawBytes(stream) { try reader?.next(into: $0) }
            if let frame { return FilmFrame(time: try time(frame.time, in: stream.timeBase), image: frame.image) }
        } catch let error as NUTError {
            // What ffmpeg says tells more than that its output is cut off.
            child.kill()
            child.wait()
            throw FilmError.unreadable(file: path, reason: said(or: error.description))
        } catch let error as ProgramFailure {
            throw FilmError.unreadable(file: path, reason: error.description)
        }
        try finish()
        return nil
    }

    /// What ffmpeg says of damaged parts, after the last frame; empty if all is well.
    var messages: String { child.messages }

    /// Ends ffmpeg.
    func cancel() { child.kill() }

    private func finish() throws {
        let end = child.wait()
        if !end.isSuccess { throw FilmError.unreadable(file: path, reason: said(or: "ffmpeg \(end)")) }
    }

    private func said(or other: String) -> String {
        let words = child.messages.replacing("file:" + path + ": ", with: "")
        return words.isEmpty ? other : words
    }

    /// The time of a frame in the unit of the film. ffmpeg may have taken a finer one for the pipe.
    private func time(_ time: Int, in unit: Fraction) throws -> Int {
        let factor = unit.numerator * video.timeBase.denominator
        let divisor = unit.denominator * video.timeBase.numerator
        let (product, overflows) = time.multipliedReportingOverflow(by: factor)
        guard !overflows, product % divisor == 0 else {
            throw FilmError.unreadable(file: path, reason: "its times do not fit its time base")
        }
        return product / divisor - shift
    }
}
