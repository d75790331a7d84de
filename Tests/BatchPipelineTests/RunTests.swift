import Cluster
import Files
import Foundation
import Glibc
import ImageFiles
import Synchronization
import Testing

@testable import BatchPipeline

@Suite struct RunTests {
    private func negative(_ place: Place, _ input: String, _ output: String) throws -> Bool {
        let (a, b) = (try Image.read(place(input)), try Image.read(place(output)))
        guard case .bits8(let x) = a.samples, case .bits8(let y) = b.samples else { return false }
        return zip(x, y).allSatisfy { Int($0) + Int($1) == 255 } && x.count == y.count
    }

    @Test func imagesAreWorkedOnAndReported() throws {
        let place = try Place()
        try place.image("in/a.png", 3)
        try place.image("in/sub/b.png", 5)
        try place.file("in/broken.png", Array("no image".utf8))
        var settings = place.settings(["in"])
        settings.model = "negative"
        let told = Told()
        let summary = try BatchRun(settings).run(telling: told.tell, BatchRun.invert)
        #expect(summary.done == 2 && summary.failed == 1 && summary.unfinished == 0 && !summary.isComplete)
        #expect(place.files("out") == ["a.png", "sub/b.png"])
        #expect(try negative(place, "in/a.png", "out/a.png"))
        #expect(try negative(place, "in/sub/b.png", "out/sub/b.png"))
        #expect(told.failures.contains("in/broken.png: not an image:") && told.failures.contains("remove it"))
        let lines = try place.lines("report.jsonl")
        let a = try #require(lines.first { $0.input == place("in/a.png") })
        #expect(a.status == "done" && a.output == place("out/a.png") && a.model == "negative" && a.seed == 7)
        #expect(a.width == 8 && a.outputHeight == 8 && a.seed == 7)
        let sizes = try [place.bytes("in/a.png").count, place.bytes("out/a.png").count]
        #expect([a.inputBytes, a.outputBytes] == sizes)
        #expect([a.decodeMs, a.computeMs, a.encodeMs].allSatisfy { ($0 ?? -1) >= 0 })
        let broken = try #require(lines.first { $0.status == "failed" })
        #expect(broken.input == place("in/broken.png") && broken.error?.contains("not an image") == true)
        #expect(lines.count == 3)
    }

    @Test func formatsCollideWithoutHarm() throws {
        let place = try Place()
        try place.image("in/a.png", 3)
        try place.image("in/a.jpg", 5)
        var settings = place.settings(["in"])
        settings.format = .png
        #expect(try BatchRun(settings).run(BatchRun.invert).isComplete)
        #expect(place.files("out") == ["a-jpg.png", "a.png"])
        #expect(try negative(place, "in/a.png", "out/a.png"))
        #expect(try negative(place, "in/a.jpg", "out/a-jpg.png"))
    }

    @Test func oneFileMayBeNamed() throws {
        let place = try Place()
        try place.image("a.png")
        #expect(try BatchRun(place.settings(["a.png"], output: "b.jpg")).run(BatchRun.invert).isComplete)
        #expect(try Image.header(of: place("b.jpg")).format == .jpeg)
        #expect(throws: BatchError.self) { try BatchRun(place.settings(["a.png", "b.jpg"], output: "c.png")) }
        var settings = place.settings(["a.png"], output: "c.png")
        settings.format = .jpeg
        #expect(throws: BatchError.self) { try BatchRun(settings) }
        #expect(throws: BatchError.self) { try BatchRun(place.settings([])) }
    }

    @Test func inputsAreNeverOverwritten() throws {
        let place = try Place()
        let original = try place.bytes(place.image("in/a.png").replacing(place.path + "/", with: ""))
        #expect(throws: BatchError.self) { try BatchRun(place.settings(["in"], output: "in")) }
        // By its own name, through a link to the file, through a link to the folder, and as a hard link.
        try place.folder("links")
        try place.link("links/a.png", to: place("in/a.png"))
        try place.link("same", to: "in")
        try place.folder("hard")
        try #require(Glibc.link(place("in/a.png"), place("hard/a.png")) == 0)
        for (input, output) in [("in/a.png", "in/a.png"), ("in/a.png", "in"), ("in", "links"), ("in", "hard")] {
            let told = Told()
            let summary = try BatchRun(place.settings([input], output: output), ).run(
                telling: told.tell, BatchRun.invert)
            #expect(summary.failed == 1 && summary.done == 0, "\(input) to \(output)")
            #expect(told.failures.contains("would replace the input"))
        }
        #expect(throws: BatchError.self) { try BatchRun(place.settings(["in"], output: "same")) }
        #expect(try place.bytes("in/a.png") == original)
    }

    @Test func anInputInTheOutputFolderKeepsItsName() throws {
        let place = try Place()
        try place.image("out/x.png", 3)
        try place.image("other/x.png", 5)
        let before = try place.bytes("out/x.png")
        let settings = place.settings(["other/x.png", "out/x.png"])
        let summary = try BatchRun(settings).run(BatchRun.invert)
        #expect(summary.done == 1 && summary.failed == 1)
        #expect(try place.bytes("out/x.png") == before)
        #expect(try negative(place, "other/x.png", "out/x-2.png"))
    }

    @Test func resultsBesideTheirInputsAreNoInputs() throws {
        let place = try Place()
        for (number, name) in ["a.png", "a.jpg", "sub/b.png"].enumerated() { try place.image("in/" + name, number) }
        var settings = place.settings(["in"], output: "in")
        settings.suffix = "-neg"
        settings.format = .png
        #expect(try BatchRun(settings).run(BatchRun.invert).done == 3)
        let files = ["a-jpg-neg.png", "a-neg.png", "a.jpg", "a.png", "sub/b-neg.png", "sub/b.png"]
        #expect(place.files("in") == files)
        let again = try BatchRun(settings).run(BatchRun.invert)
        #expect(again.done == 0 && again.skipped == [.earlierResult: 3, .existing: 3])
        try place.image("in/c.png")
        #expect(try BatchRun(settings).run(BatchRun.invert).done == 1)
        #expect(place.files("in") == (files + ["c-neg.png", "c.png"]).sorted())
    }

    @Test func finishedOnesAreSkipped() throws {
        let place = try Place()
        for number in 1...4 { try place.image("in/\(number).png", number) }
        try place.file("out/1.png", [1, 2, 3])
        try place.file("out/2.png")
        try place.file("out/.atelier-x1.tmp", [1])
        var settings = place.settings(["in"])
        settings.skipsExisting = true
        let summary = try BatchRun(settings).run(BatchRun.invert)
        #expect(summary.done == 3 && summary.skipped == [.existing: 1])
        #expect(try place.bytes("out/1.png") == [1, 2, 3])
        #expect(place.files("out") == ["1.png", "2.png", "3.png", "4.png"])
        #expect(try negative(place, "in/2.png", "out/2.png"))
        #expect(try place.lines("report.jsonl").filter { $0.status == "skipped" }.map(\.reason) == ["already there"])
    }

    @Test func aDryRunTouchesNothing() throws {
        let place = try Place()
        try place.image("in/a.png")
        var settings = place.settings(["in"])
        settings.isDryRun = true
        let told = Told()
        let summary = try BatchRun(settings).run(telling: told.tell, BatchRun.invert)
        #expect(summary.unfinished == 1 && summary.isComplete)
        #expect(told.records.map(\.status) == [.planned] && told.records[0].input == place("in/a.png"))
        #expect(told.records[0].outputs == [place("out/a.png")])
        #expect(FileStatus(place("out")) == nil && FileStatus(place("report.jsonl")) == nil)
    }

    @Test(arguments: [1, 3, 5]) func sharesAreDisjointAndComplete(count: Int) throws {
        let place = try Place()
        for number in 0..<11 { try place.image("in/\(number % 3)/\(number).\(number % 2 == 0 ? "png" : "jpg")") }
        for name in ["in/0/clash.png", "in/0/clash.jpg"] { try place.image(name) }
        var settings = place.settings(["in"])
        settings.format = .png
        let whole = try BatchRun(settings).jobs
        var shared: [Int: [String]] = [:]
        for index in 0..<count {
            settings.rank = Rank(index: index, count: count)
            for job in try BatchRun(settings).jobs {
                #expect(shared.updateValue(job.outputs, forKey: job.index) == nil)
            }
        }
        #expect(shared == Dictionary(uniqueKeysWithValues: whole.map { ($0.index, $0.outputs) }))
    }

    @Test func ranksWriteOneReport() throws {
        let place = try Place()
        for number in 1...9 { try place.image("in/\(number).png", number) }
        try place.file("in/bad.png")
        for index in 0..<3 {
            var settings = place.settings(["in"])
            settings.rank = Rank(index: index, count: 3)
            _ = try BatchRun(settings).run(BatchRun.invert)
        }
        let lines = try place.lines("report.jsonl")
        #expect(Set(lines.map(\.input)).count == 10 && lines.count == 10)
        #expect(Set(lines.map(\.rank)) == [0, 1, 2])
        #expect(place.files("out").count == 9)
    }

    @Test func stoppingFinishesWhatIsBegun() throws {
        let place = try Place()
        for number in 1...40 { try place.image("in/\(number).png", number) }
        let worked = Mutex(0)
        let run = try BatchRun(place.settings(["in"])) { worked.withLock { $0 } >= 5 }
        let summary = try run.run { task in
            worked.withLock { $0 += 1 }
            return try BatchRun.invert(task)
        }
        #expect(summary.done == 5 && summary.unfinished == 35 && summary.stop == .canceled && !summary.isComplete)
        #expect(place.files("out").count == 5)
        #expect(summary.description.contains("35 not done. Continue with skipsExisting."))
        var settings = place.settings(["in"])
        settings.skipsExisting = true
        #expect(try BatchRun(settings).run(BatchRun.invert).done == 35)
    }

    @Test func workThatIsCanceledIsNoFailure() throws {
        let place = try Place()
        try place.image("in/a.png")
        let isStopped = Mutex(false)
        let run = try BatchRun(place.settings(["in"])) { isStopped.withLock { $0 } }
        let summary = try run.run { task in
            #expect(!task.isCanceled)
            isStopped.withLock { $0 = true }
            #expect(task.isCanceled)
            throw CancellationError()
        }
        #expect(summary.failed == 0 && summary.unfinished == 1 && summary.stop == .canceled)
    }

    @Test func aFullDiskEndsTheBatch() throws {
        let place = try Place()
        for number in 1...30 { try place.image("in/\(number).png", number) }
        let run = try BatchRun(place.settings(["in"]))
        let summary = try run.run { task in
            throw ImageError.notWritable(file: task.job.outputs[0], reason: String(cString: strerror(ENOSPC)))
        }
        #expect(summary.failed == 1 && summary.unfinished == 29 && summary.stop == .diskFull && !summary.isComplete)
        #expect(summary.description.contains("The disk is full"))
    }

    @Test func aResultThatCannotBeWrittenFailsAlone() throws {
        let place = try Place()
        for name in ["a.png", "b/c.png"] { try place.image("in/" + name) }
        try place.file("out/b")
        try place.folder("out/x.png")
        try place.image("in/x.png")
        let summary = try BatchRun(place.settings(["in"])).run(BatchRun.invert)
        #expect(summary.done == 1 && summary.failed == 2)
        #expect(place.files("out") == ["a.png", "b"])
    }

    @Test func hugeClaimsFailBeforeMemoryIsTaken() throws {
        let place = try Place()
        try place.image("in/a.png", side: 64)
        try place.image("in/b.png", side: 8)
        var settings = place.settings(["in"])
        settings.limits.maxPixels = 1000
        settings.memory = 1
        let told = Told()
        let summary = try BatchRun(settings).run(telling: told.tell, BatchRun.invert)
        #expect(summary.done == 1 && summary.failed == 1)
        #expect(told.failures.contains("a.png: too large: 64 x 64 pixels"))
    }

    @Test func imagesMayBeLeftToTheWork() throws {
        let place = try Place()
        try place.image("in/a.png")
        let run = try BatchRun(place.settings(["in"]))
        let handling: @Sendable (ImageHeader) -> ImageHandling = { _ in .file(bytes: 1000) }
        let summary = try run.run(handling: handling) { task in
            #expect(task.image == nil && task.header.width == 8)
            try AtomicFile.write([1, 2, 3], to: task.job.outputs[0])
            return [ImageResult(writtenWidth: 16, height: 16)]
        }
        #expect(summary.done == 1 && summary.outputPixels == 256)
        #expect(try place.bytes("out/a.png") == [1, 2, 3])
    }

    @Test func theWorkStaysOnItsThread() throws {
        let place = try Place()
        for number in 1...12 { try place.image("in/\(number).png") }
        let own = pthread_self()
        _ = try BatchRun(place.settings(["in"])).run { task in
            #expect(pthread_equal(pthread_self(), own) != 0)
            return try BatchRun.invert(task)
        }
    }

    @Test func everyFileIsTold() throws {
        let place = try Place()
        try place.image("in/a.png")
        try place.file("in/b.txt")
        var settings = place.settings(["in"])
        settings.report = nil
        let told = Told()
        _ = try BatchRun(settings).run(telling: told.tell, BatchRun.invert)
        #expect(told.records.map(\.status) == [.skipped, .done])
        #expect(told.records.map(\.isCounted) == [false, true])
        #expect(told.records[0].reason == "not images")
        let objects = try told.records.map { try JSONSerialization.jsonObject(with: Data($0.json.utf8)) }
        #expect(objects.map { ($0 as? [String: Any])?["status"] as? String } == ["skipped", "done"])
    }

    @Test func cancelingTheTaskStopsTheBatch() async throws {
        let place = try Place()
        for number in 1...20 { try place.image("in/\(number).png", number) }
        let settings = place.settings(["in"])
        let task = Task {
            var worked = 0
            return try BatchRun(settings).run { task in
                worked += 1
                if worked == 3 { withUnsafeCurrentTask { $0?.cancel() } }
                return try BatchRun.invert(task)
            }
        }
        let summary = try await task.value
        #expect(summary.stop == .canceled && summary.done == 3 && summary.unfinished == 17)
    }
}
