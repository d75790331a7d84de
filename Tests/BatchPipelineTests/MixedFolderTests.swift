import Cluster
import Foundation
import Synchronization
import Testing

@testable import BatchPipeline

/// What a whole directory of everything goes through; `Tests/Conformance/Batch/` does the same in full size and with the program.
@Suite struct MixedFolderTests {
    @Test func everythingIsDoneOrTold() throws {
        let place = try Place()
        let mixed = try MixedFolder(place, "in", count: 400, depth: 50)
        var settings = place.settings(["in"])
        settings.format = .png
        settings.suffix = "-negative"
        let summary = try BatchRun(settings).run(BatchRun.invert)
        #expect(summary.done == mixed.good && summary.failed == mixed.broken.count && !summary.isComplete)
        let lines = try place.lines("report.jsonl")
        let failed = lines.filter { $0.status == "failed" }.map(\.input)
        #expect(Set(failed) == Set(mixed.broken.map { place($0) }) && failed.count == mixed.broken.count)
        let outputs = lines.compactMap { $0.status == "done" ? $0.output : nil }
        #expect(Set(outputs.map { $0.lowercased() }).count == mixed.good)
        #expect(place.files("out").count == mixed.good)
        #expect(place.files("out").allSatisfy { $0.split(separator: "/").allSatisfy { $0.utf8.count <= 255 } })
        #expect(summary.skipped[.special] == 5 && summary.skipped[.brokenLink] == 5 && summary.skipped[.hidden] == 5)
        #expect((summary.skipped[.seenBefore] ?? 0) >= 2)
    }

    /// Stopped, with what a killed program leaves behind, then gone on with, by two ranks: the same as in one go.
    @Test func whatWasInterruptedEndsTheSame() throws {
        let place = try Place()
        let mixed = try MixedFolder(place, "in", count: 200, depth: 25)
        var settings = place.settings(["in"], output: "whole")
        settings.format = .png
        _ = try BatchRun(settings).run(BatchRun.invert)

        settings = place.settings(["in"], output: "parts")
        settings.format = .png
        settings.report = place("parts.jsonl")
        let worked = Mutex(0)
        _ = try BatchRun(settings) { worked.withLock { $0 } > 60 }.run { task in
            worked.withLock { $0 += 1 }
            return try BatchRun.invert(task)
        }
        #expect(place.files("parts").count < mixed.good)
        try place.file("parts/.atelier-1a2b3c.tmp", [0x89, 0x50])
        try place.file("parts/d0/.atelier-4d5e6f.tmp", [0x89, 0x50])
        let report = try place.bytes("parts.jsonl")
        try place.file("parts.jsonl", report + Array("{\"input\":\"cut o".utf8))

        settings.skipsExisting = true
        var done = 0
        for rank in 0..<2 {
            settings.rank = Rank(index: rank, count: 2)
            done += try BatchRun(settings).run(BatchRun.invert).done
        }
        #expect(done > 0 && done < mixed.good)
        let files = place.files("whole")
        #expect(Set(place.files("parts")).symmetricDifference(files) == [])
        let different = try files.filter { try place.bytes("parts/" + $0) != place.bytes("whole/" + $0) }
        #expect(different == [])
        let lines = try place.lines("parts.jsonl")
        // By bytes, as two spellings of one accent are two files.
        #expect(Set(lines.filter { $0.status == "done" }.map { Array($0.input.utf8) }).count == mixed.good)
    }
}
