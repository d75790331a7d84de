import Foundation
import ImageFiles
import Testing

/// Tests that run the program, one after the other.
@Suite(.serialized) enum ProgramTests {}

/// The program that was built along with the tests, run as a person would.
struct Program {
    struct Result {
        let status: Int32
        let output: String
        let errors: String

        var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    static let path = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("atelier").path

    /// Starts the program without waiting for it; what it says goes to files in a folder.
    ///
    /// - Parameters:
    ///   - input: what it reads from its standard input.
    ///   - shell: what a shell runs before it, such as `ulimit -f 4;`, or around it: the program is `"$@"`.
    static func start(
        _ arguments: [String], in folder: String, environment: [String: String] = [:], input: Data? = nil,
        shell: String? = nil
    ) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: shell == nil ? path : "/bin/sh")
        process.arguments = shell.map { ["-c", $0, "sh", path] + arguments } ?? arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        var variables = ProcessInfo.processInfo.environment
        variables["ATELIER_MODELS"] = folder + "/no-models"
        variables["XDG_CACHE_HOME"] = folder + "/cache"
        variables["XDG_DATA_HOME"] = folder + "/data"
        variables["XDG_DATA_DIRS"] = folder + "/shared-data"
        // Several programs at once, each with a thread for every core, would mostly wait for each other.
        variables["OMP_NUM_THREADS"] = "1"
        variables["OMP_WAIT_POLICY"] = "passive"
        process.environment = variables.merging(environment) { $1 }
        for name in ["output", "errors"] {
            try Data().write(to: URL(fileURLWithPath: folder + "/" + name))
        }
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: folder + "/output"))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: folder + "/errors"))
        process.standardInput = FileHandle.nullDevice
        if let input {
            try input.write(to: URL(fileURLWithPath: folder + "/input"))
            process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: folder + "/input"))
        }
        try process.run()
        return process
    }

    /// Runs the program to its end.
    static func run(
        _ arguments: [String], in folder: String, environment: [String: String] = [:], input: Data? = nil,
        shell: String? = nil
    ) throws -> Result {
        let process = try start(arguments, in: folder, environment: environment, input: input, shell: shell)
        process.waitUntilExit()
        func read(_ name: String) throws -> String {
            String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)), as: UTF8.self)
        }
        return Result(
            status: process.terminationStatus,
            output: try read("output"), errors: try read("errors"))
    }
}

/// A folder with a few images of three shapes to learn from, removed when the test is over.
final class Workplace {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "atelier-program-\(UInt64.random(in: 0 ... .max))"
        for (shape, name) in ["Big Disc", "bar", "square"].enumerated() {
            let folder = path + "/shapes/" + name
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for number in 0..<6 {
                try Self.image(shape, number).write(to: folder + "/\(number).png")
            }
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    private static func image(_ shape: Int, _ number: Int) -> Image {
        let (x0, y0) = (4 + number % 3, 5 + number % 4)
        let samples = (0..<256).map { index -> UInt8 in
            let (x, y) = (index % 16 - x0, index / 16 - y0)
            let inside =
                switch shape {
                case 0: x * x + y * y < 16
                case 1: (0..<3).contains(x)
                default: (0..<6).contains(x) && (0..<6).contains(y)
                }
            return inside ? UInt8(200 + number * 5) : 10
        }
        return Image(width: 16, height: 16, channels: 1, samples8: samples)
    }

    /// A training that takes moments.
    func training(_ kind: String, out: String = "run", steps: Int = 6, checkpointEvery: Int = 2) -> [String] {
        let common = ["train", kind, "--data", "shapes", "--out", out, "--steps", "\(steps)", "--batch-size", "4"]
        let sizes =
            kind == "classifier" ? ["--width", "4", "--features", "8"] : ["--ngf", "4", "--ndf", "4", "--nz", "6"]
        return common + sizes
            + ["--checkpoint-every", "\(checkpointEvery)", "--sample-every", "0", "--log-every", "1", "--seed", "3"]
    }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }

    func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)) }

    /// All files below a folder, by their relative paths.
    func files(_ folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path + "/" + folder).filter {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: path + "/" + folder + "/" + $0, isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted()
    }
}
