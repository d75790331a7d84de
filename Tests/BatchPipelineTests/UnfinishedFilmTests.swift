import Synchronization
import Testing

@testable import BatchPipeline

/// Films that end before their end, and of which parts stay.
@Suite struct UnfinishedFilmTests {
    private let place: Place

    init() throws {
        place = try Place()
        try place.file("film.mp4", [1, 2, 3])
    }

    private func summary(of error: any Error, parts: String?, _ change: (inout BatchSettings) -> Void = { _ in }) throws
        -> BatchSummary
    {
        var settings = place.settings(["film.mp4"])
        settings.films = .taken
        change(&settings)
        let isCanceled = Mutex(false)
        let run = try BatchRun(settings) { isCanceled.withLock { $0 } }
        return try run.run(
            handling: { _ in .decoded(resultBytes: 0) }, sizing: nil, telling: { _ in },
            films: { _ in
                isCanceled.withLock { $0 = error is CancellationError }
                throw parts.map { UnfinishedFilm(cause: error, parts: $0) } ?? error
            }, images: { _ in [] })
    }

    @Test(arguments: ["out/.film.mp4.parts", nil]) func aFailureNamesThem(_ parts: String?) throws {
        let error = BatchError.file(path: "film.mp4", reason: "the encoder is broken")
        let summary = try summary(of: error, parts: parts) { $0.report = place("report.jsonl") }
        #expect(summary.failed == 1 && summary.stop == nil)
        let words = try #require(place.lines("report.jsonl").first?.error)
        #expect(words.contains("the encoder is broken"))
        #expect(words.contains("finished parts stay in out/.film.mp4.parts") == (parts != nil))
    }

    @Test func aStopNamesThem() throws {
        let summary = try summary(of: CancellationError(), parts: "out/.film.mp4.parts")
        #expect(summary.failed == 0)
        #expect(summary.description.contains("goes on after its finished parts in out/.film.mp4.parts"))
    }
}
