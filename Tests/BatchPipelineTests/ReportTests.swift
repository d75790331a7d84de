import Foundation
import ImageFiles
import Testing

@testable import BatchPipeline

@Suite struct ReportTests {
    @Test func linesAreAddedAndACutOneGoes() throws {
        let place = try Place()
        try BatchReport(place("r")).append("{\"a\":1}")
        let handle = try #require(FileHandle(forWritingAtPath: place("r")))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("{\"b\":".utf8))
        try handle.close()
        try BatchReport(place("r")).append("{\"c\":3}")
        #expect(try place.bytes("r") == Array("{\"a\":1}\n{\"c\":3}\n".utf8))
    }

    @Test func severalWritersKeepTheirLinesWhole() async throws {
        let place = try Place()
        let path = place("r")
        await withTaskGroup(of: Void.self) { group in
            for rank in 0..<4 {
                group.addTask {
                    guard let report = try? BatchReport(path) else { return }
                    for _ in 0..<50 {
                        try? report.append("{" + String(repeating: "\(rank)", count: 500 + rank))
                    }
                }
            }
        }
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { $0.dropFirst() }
        #expect(lines.count == 200)
        #expect(lines.allSatisfy { line in Set(line).count == 1 && line.count == 500 + (Int(line.prefix(1)) ?? -1) })
    }

    @Test func whatIsNoReportIsLeftAlone() throws {
        let place = try Place()
        let image = try place.image("a.png")
        #expect(throws: BatchError.self) { try BatchReport(image) }
        #expect(try Image.read(image).width == 8)
        #expect(throws: BatchError.self) { try BatchReport(place("missing/r")) }
        #expect(throws: BatchError.self) { try BatchReport(place.path) }
    }

    @Test func aFullDiskIsTold() throws {
        #expect(throws: ImageError.notWritable(file: "/dev/full", reason: "No space left on device")) {
            try BatchReport("/dev/full").append("{}")
        }
    }
}
