import Foundation
import ImageFiles
import Testing

@testable import BatchPipeline

/// What is left out because its result exists.
@Suite struct ExistingResultTests {
    private func made(_ place: Place, _ name: String, side: Int = 8, model: String? = nil) throws {
        var image = Image(width: side, height: side, channels: 1, samples8: [UInt8](repeating: 9, count: side * side))
        if let model { image.metadata.text = [.init(keyword: "Model", value: model)] }
        let options: EncodingOptions = ImageFormat(path: name) == .jpeg ? .jpeg() : .png()
        try place.file(name, image.encoded(as: options))
    }

    private func age(_ place: Place, _ name: String, _ seconds: Double) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -seconds)], ofItemAtPath: place(name))
    }

    @Test func differencesAreCountedAndNamed() throws {
        let place = try Place()
        let names = ["a.png", "b.png", "c.png", "d.jpg", "e.png", "f.png", "g.png"]
        for name in names {
            try place.image("in/" + name)
            try age(place, "in/" + name, 100)
        }
        try made(place, "out/a.png", model: "negative")
        try made(place, "out/b.png", side: 16, model: "negative")
        try made(place, "out/c.png", model: "positive")
        try made(place, "out/d.jpg", model: "positive")
        try made(place, "out/e.png", model: "negative")
        try age(place, "out/e.png", 200)
        // Made without provenance, and no image at all.
        try made(place, "out/f.png")
        try place.file("out/g.png", [1, 2, 3])
        var settings = place.settings(["in"])
        (settings.skipsExisting, settings.model) = (true, "negative")
        let summary = try BatchRun(settings).run(sizing: { ($0.width, $0.height) }, BatchRun.invert)
        #expect(summary.done == 0 && summary.isComplete)
        #expect(summary.skipped == [.existing: 3, .otherSize: 1, .otherModel: 2, .outdated: 1])
        let reasons = try place.lines("report.jsonl").map { "\($0.input.suffix(5)) \($0.reason ?? "")" }
        #expect(
            reasons.sorted() == [
                "a.png already there", "b.png already there in another size",
                "c.png already there from another model", "d.jpg already there from another model",
                "e.png already there, older than their images", "f.png already there", "g.png already there",
            ])
        let words = summary.description
        #expect(words.contains("7 left out (already there: 3, already there, older than their images: 1"))
        #expect(words.contains("would come out differently now"))
    }

    @Test func resultsBesideTheirInputsAreLookedAtToo() throws {
        let place = try Place()
        try place.image("in/a.png")
        var settings = place.settings(["in"], output: "in")
        settings.suffix = "-x"
        #expect(try BatchRun(settings).run(BatchRun.invert).done == 1)
        #expect(try BatchRun(settings).run(BatchRun.invert).skipped[.existing] == 1)
        try age(place, "in/a-x.png", 1000)
        #expect(try BatchRun(settings).run(BatchRun.invert).skipped[.outdated] == 1)
    }

    @Test func theSummarySaysWhereResultsWent() throws {
        let place = try Place()
        for name in ["in/a.png", "in/b.png"] { try place.image(name) }
        let both = try BatchRun(place.settings(["in"], output: "out/")).run(BatchRun.invert)
        #expect("\(both)".contains("; results: \(place("out"))\n"))
        let one = try BatchRun(place.settings(["in/a.png"])).run(BatchRun.invert)
        #expect("\(one)".contains("; result: \(place("out/a.png"))\n"))
        let named = try BatchRun(place.settings(["in/a.png"], output: "c.jpeg")).run(BatchRun.invert)
        #expect("\(named)".contains("; result: \(place("c.jpeg"))\n"))
    }

    @Test func adviceNamesSettingsAsTheyAreCalled() throws {
        let place = try Place()
        let samples = (0..<4096).map { UInt8(truncatingIfNeeded: $0 * $0) }
        let whole = try Image(width: 64, height: 64, channels: 1, samples8: samples).encoded(as: .png())
        try place.file("in/a.png", Array(whole.prefix(whole.count / 2)))
        for name in ["allowsPartial", "--allow-partial"] {
            var settings = place.settings(["in"])
            settings.names.allowPartial = name
            let told = Told()
            _ = try BatchRun(settings).run(telling: told.tell, BatchRun.invert)
            #expect(told.failures.hasSuffix("use what is there with \(name)"))
        }
    }
}
