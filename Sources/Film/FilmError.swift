/// Why a film cannot be worked on. Each case names the file, or the program that is missing.
public enum FilmError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The program `ffmpeg` or `ffprobe` is not installed.
    case noFFmpeg(program: String)
    /// ffmpeg cannot read the file.
    case unreadable(file: String, reason: String)
    /// The file holds no moving images.
    case noVideo(file: String)
    /// A film of a kind that is not worked on.
    case unsupported(file: String, reason: String)
    /// The result cannot be encoded, or its container cannot hold what is to be kept.
    case notEncoded(file: String, reason: String)
    /// A file of the result cannot be written.
    case notWritable(file: String, reason: String)

    /// The file, the kind of failure, and what to do.
    public var description: String {
        switch self {
        case .noFFmpeg(let program):
            "Films need the program \(program), which was not found. Install it (on Debian: apt install ffmpeg), or "
                + "set ATELIER_FFMPEG to its path."
        case .unreadable(let file, let reason):
            "\(file): cannot be read as a film: \(reason); play it to the end to see whether it is complete"
        case .noVideo(let file): "\(file): no moving images are in it; leave it out"
        case .unsupported(let file, let reason): "\(file): unsupported: \(reason)"
        case .notEncoded(let file, let reason): "\(file): cannot be encoded: \(reason)"
        case .notWritable(let file, let reason): "\(file): cannot be written: \(reason)"
        }
    }
}
