import Film
import Foundation
import ImageFiles
import Synchronization
import TestSupport

/// ffmpeg, where it is installed; tests that need it are skipped elsewhere.
enum TestFFmpeg {
    static let programs = try? FFmpeg()
    static var isThere: Bool { programs != nil }
}

/// Makes small films, and looks at films, with ffmpeg's own programs.
struct TestFilm {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func path(_ name: String) -> String { folder.path + "/" + name }

    /// Runs ffmpeg.
    func make(_ name: String, _ arguments: [String]) throws -> String {
        guard let ffmpeg = TestFFmpeg.programs else { throw CocoaError(.featureUnsupported) }
        _ = try Self.run(ffmpeg.path, ["-nostdin", "-v", "error", "-y"] + arguments + [path(name)])
        return path(name)
    }

    /// A film with moving stripes and a tone.
    func make(_ name: String, frames: Int = 30, size: String = "48x32", _ options: [String] = []) throws -> String {
        try make(
            name,
            ["-f", "lavfi", "-i", "testsrc=size=\(size):rate=25", "-f", "lavfi", "-i", "sine=frequency=440"]
                + ["-frames:v", "\(frames)", "-t", "\(Double(frames) / 25)", "-c:v", "libx264", "-pix_fmt", "yuv420p"]
                + options)
    }

    /// The time of every frame, in seconds.
    static func times(_ path: String) throws -> [String] {
        try probe(path, ["-select_streams", "v:0", "-show_entries", "frame=pts_time"])
    }

    /// A hash of every frame's pixels.
    static func hashes(_ path: String) throws -> [String] {
        guard let ffmpeg = TestFFmpeg.programs else { return [] }
        let arguments = ["-nostdin", "-v", "error", "-i", path, "-map", "0:v:0", "-f", "framemd5", "-"]
        return try run(ffmpeg.path, arguments).split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
            String($0.split(separator: ",").last ?? "").trimmingCharacters(in: .whitespaces)
        }
    }

    /// A hash of every packet of sound.
    static func soundHashes(_ path: String) throws -> [String] {
        guard let ffmpeg = TestFFmpeg.programs else { return [] }
        return try run(
            ffmpeg.path, ["-nostdin", "-v", "error", "-i", path, "-map", "0:a", "-c", "copy", "-f", "framemd5", "-"]
        ).split(separator: "\n").filter { !$0.hasPrefix("#") }.map { String($0.split(separator: ",").last ?? "") }
    }

    /// Lines of what `ffprobe` tells.
    static func probe(_ path: String, _ arguments: [String]) throws -> [String] {
        guard let ffmpeg = TestFFmpeg.programs else { return [] }
        let output = try run(ffmpeg.probePath, ["-v", "error"] + arguments + ["-of", "csv=p=0", path])
        return output.split(separator: "\n").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: ", ")) }
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Image {
    /// Each pixel twice in both directions.
    var doubled: Image {
        func doubled<Sample>(_ all: [Sample]) -> [Sample] {
            var result: [Sample] = []
            result.reserveCapacity(4 * all.count)
            for y in 0..<2 * height {
                for x in 0..<2 * width {
                    let pixel = (y / 2 * width + x / 2) * channels
                    result += all[pixel..<pixel + channels]
                }
            }
            return result
        }
        let larger: Samples =
            switch samples {
            case .bits8(let all): .bits8(doubled(all))
            case .bits16(let all): .bits16(doubled(all))
            }
        return Image(width: 2 * width, height: 2 * height, channels: channels, samples: larger)
    }
}
