import BatchPipeline
import Foundation
import ImageFiles
import Reporting
import Synchronization
import Testing

@testable import atelier

/// What a batch says at the terminal.
@Suite struct BatchConsoleTests {
    private let place: Workplace

    init() throws {
        place = try Workplace()
        try FileManager.default.createDirectory(atPath: place.path + "/in", withIntermediateDirectories: true)
    }

    private func write(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: place.path + "/in/" + name))
    }

    private func image() throws -> [UInt8] {
        try Image(width: 8, height: 8, channels: 1, samples8: Array(0..<64)).encoded(as: .png())
    }

    private func run(
        json: Bool, quiet: Bool? = nil, signal: Int32? = nil, adjusting adjust: (inout BatchSettings) -> Void = { _ in }
    ) throws -> (output: [String], errors: String, summary: BatchSummary) {
        var settings = BatchSettings(inputs: [place.path + "/in"], output: place.path + "/out")
        adjust(&settings)
        let (output, errors) = (Said(), Said())
        let console = BatchConsole(
            "turning", settings, isQuiet: quiet ?? (!json && !settings.isDryRun), printsJSON: json,
            console: Console(isTerminal: false) { errors.add($0) }, print: { output.add($0 + "\n") },
            signal: { signal })
        let summary = try BatchRun(settings, isCanceled: { signal != nil }).run(telling: console.tell) { task in
            [ImageResult(try #require(task.image))]
        }
        return (output.text.split(separator: "\n").map(String.init), errors.text, summary)
    }

    @Test func programsGetLines() throws {
        try write("a.png", image())
        try write("b.txt", [])
        let (lines, errors, _) = try run(json: true)
        let objects = try lines.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
        #expect(objects.map { $0?["status"] as? String } == ["skipped", "done", nil])
        #expect(objects[2]?["done"] as? Int == 1 && objects[2]?["exit"] as? Int == 0)
        #expect((objects[2]?["skipped"] as? [String: Any])?["not images"] as? Int == 1)
        #expect(errors.isEmpty)
    }

    @Test func aDryRunSaysWhatWouldBeDone() throws {
        try write("a.png", image())
        let (lines, errors, summary) = try run(json: false) { $0.isDryRun = true }
        #expect(lines == ["\(place.path)/in/a.png -> \(place.path)/out/a.png"])
        #expect(errors == "1 to do\n" && BatchConsole.exitCode(of: summary, signal: nil) == 0)
    }

    @Test func failuresAreSaidUpToSomeNumber() throws {
        for number in 0..<60 { try write("\(number).png", [1, 2, 3]) }
        let (lines, errors, summary) = try run(json: false)
        #expect(lines.isEmpty && BatchConsole.exitCode(of: summary, signal: nil) == 1)
        #expect(errors.split(separator: "\n").count == 51)
        #expect(errors.hasSuffix("Further failures are not shown here; they would be in a --report.\n"))
    }

    @Test func whatIsLostIsSaidUpToSomeNumber() throws {
        var image = Image(width: 8, height: 8, channels: 1, samples8: Array(0..<64))
        image.metadata.text = [.init(keyword: "Title", value: "x")]
        var bytes = try image.encoded(as: .png())
        let text = try #require(bytes.indices.first { bytes[$0...].starts(with: "tEXt".utf8) })
        bytes[text + 4 + 7] ^= 1
        for number in 0..<60 { try write("\(number).png", bytes) }
        let (_, errors, summary) = try run(json: false, quiet: false)
        #expect(BatchConsole.exitCode(of: summary, signal: nil) == 0)
        let lines = errors.split(separator: "\n").map(String.init)
        let warnings = lines.filter { $0.hasPrefix("Warning: ") }
        #expect(warnings.count == 50)
        #expect(warnings.allSatisfy { $0.hasSuffix(".png: left out: what has a wrong checksum (tEXt)") })
        #expect(lines.contains("Further warnings are not shown here; they would be in a --report."))
        #expect(lines.contains("not in the results: damaged chunks of 60 images"))
        #expect(try run(json: false).errors.isEmpty)
    }

    @Test(arguments: [SIGINT, SIGTERM]) func signalsAreInTheExitCode(signal: Int32) throws {
        try write("a.png", image())
        let (lines, _, summary) = try run(json: true, signal: signal)
        #expect(BatchConsole.exitCode(of: summary, signal: signal) == 128 + signal)
        #expect(lines.last?.hasSuffix("\"exit\":\(128 + signal)}") == true)
    }
}

private final class Said: Sendable {
    private let kept = Mutex("")

    var text: String { kept.withLock { $0 } }

    func add(_ words: String) { kept.withLock { $0 += words } }
}
