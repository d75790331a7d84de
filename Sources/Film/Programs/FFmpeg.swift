import Files
import Foundation

/// The programs `ffmpeg` and `ffprobe` of this machine.
public struct FFmpeg: Sendable, Equatable {
    /// The path of `ffmpeg`.
    public let path: String
    /// The path of `ffprobe`.
    public let probePath: String

    /// Finds the programs.
    ///
    /// - Parameter environment: `ATELIER_FFMPEG` is the path of `ffmpeg` or of its folder; otherwise the folders of
    ///   `PATH` are searched.
    /// - Throws: ``FilmError``: noFFmpeg.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) throws(FilmError) {
        var folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        var named: String?
        if let chosen = environment["ATELIER_FFMPEG"], !chosen.isEmpty {
            if FileStatus(chosen)?.kind == .folder {
                folders = [chosen]
            } else {
                named = chosen
                folders.insert(split(chosen).folder, at: 0)
            }
        }
        if let named { path = try Self.checked(named) } else { path = try Self.program("ffmpeg", in: folders) }
        probePath = try Self.program("ffprobe", in: folders)
    }

    private static func program(_ name: String, in folders: [String]) throws(FilmError) -> String {
        guard let folder = folders.first(where: { isProgram(joined($0, name)) }) else {
            throw .noFFmpeg(program: name)
        }
        return joined(folder, name)
    }

    private static func checked(_ path: String) throws(FilmError) -> String {
        guard isProgram(path) else { throw .noFFmpeg(program: path) }
        return path
    }

    private static func isProgram(_ path: String) -> Bool {
        FileStatus(path)?.kind == .file && access(path, X_OK) == 0
    }
}

extension FFmpeg {
    /// Runs one of the programs to its end.
    ///
    /// - Parameters:
    ///   - limit: the most bytes of output that are taken.
    ///   - isCanceled: asked now and then; if true, the program is ended.
    /// - Returns: what it wrote to standard output.
    /// - Throws: ``ProgramFailure``, `CancellationError`.
    static func output(
        of program: String, _ arguments: [String], limit: Int = 1 << 26,
        isCanceled: @escaping @Sendable () -> Bool = { false }
    ) throws -> [UInt8] {
        let child = try ChildProcess(program, arguments, takesInput: false)
        let watch = CancellationWatch(child, isCanceled)
        defer { watch.end() }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < limit {
            let count = try block.withUnsafeMutableBytes { try child.read(into: $0) }
            if count == 0 { break }
            bytes += block.prefix(count)
        }
        if bytes.count >= limit { child.kill() }
        let end = child.wait()
        if isCanceled() { throw CancellationError() }
        guard end.isSuccess else { throw ProgramFailure(end, child.messages) }
        return bytes
    }

    /// A path as ffmpeg takes it: never for a protocol or an option.
    static func file(_ path: String) -> String { "file:" + path }
}

/// A program that ended with an error.
struct ProgramFailure: Error, CustomStringConvertible {
    let description: String

    init(_ end: ChildProcess.End, _ messages: String) {
        description = messages.isEmpty ? "ffmpeg \(end)" : messages
    }

    init(_ words: String) { description = words }
}

extension FFmpeg {
    /// The options for passing on every frame with its time.
    var passingFrames: [String] { ["-fps_mode", "passthrough"] }
}
