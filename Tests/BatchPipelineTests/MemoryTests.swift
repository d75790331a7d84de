import BatchPipeline
import ImageFiles
import Memory
import Testing

/// Images that need more memory than there is fail by name; the others are processed.
@Suite struct MemoryTests {
    @Test func anImageThatNeedsMoreThanTheLimitFailsByName() throws {
        let place = try Place()
        for name in ["a.png", "b.png"] { try place.image("in/" + name) }
        try place.image("in/large.png", side: 64)
        var settings = place.settings(["in"])
        settings.decodingLimit = 8 * 8 * 4
        let told = Told()
        let summary = try BatchRun(settings).run(telling: told.tell, BatchRun.invert)
        #expect(summary.done == 2 && summary.failed == 1)
        #expect(told.failures.contains("large.png: too large for the memory: "))
        #expect(told.failures.contains("of memory are needed, and decodingLimit allows 1 KB; cut it into parts"))
    }

    @Test func imagesThatAreReadInStripsHaveNoSuchLimit() throws {
        let place = try Place()
        try place.image("in/large.png", side: 64)
        var settings = place.settings(["in"])
        settings.decodingLimit = 1
        let handling: @Sendable (ImageHeader) -> ImageHandling = { _ in .file(bytes: 1000) }
        let summary = try BatchRun(settings).run(handling: handling) { _ in
            [ImageResult(writtenWidth: 16, height: 16)]
        }
        #expect(summary.done == 1)
    }

    @Test func memoryThatRunsOutInTheWorkFailsOneImage() throws {
        let place = try Place()
        for name in ["a.png", "b.png", "c.png"] { try place.image("in/" + name) }
        let told = Told()
        let summary = try BatchRun(place.settings(["in"])).run(telling: told.tell) { task in
            if task.job.input.hasSuffix("b.png") {
                MemoryJob.note(OutOfMemory(wanted: 5 << 20, setting: "this test", bytes: 1 << 20))
            }
            return try BatchRun.invert(task)
        }
        #expect(summary.done == 2 && summary.failed == 1)
        #expect(told.failures.contains("b.png: too large for the memory: 5120 KB of memory are needed"))
    }
}
