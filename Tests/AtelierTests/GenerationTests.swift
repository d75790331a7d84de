import Atelier
import Foundation
import Testing

@Suite struct GenerationTests {
    @Test func theSameSeedGivesTheSameImage() throws {
        let model = try Model.load(TinyModels.shared().generator)
        let images = try model.generate(3, seed: 7, classes: ["bar"])
        #expect(images.count == 3 && images.allSatisfy { $0.width == 16 && $0.height == 16 })
        #expect(try model.generate(1, seed: 8, classes: ["BAR"])[0].samples == images[1].samples)
        #expect(images[0].samples != images[1].samples)
        #expect(images[2].metadata.text.contains { $0.keyword == "Seed" && $0.value == "9" })
    }

    @Test func allClassesAndTheWayBetweenTwoSeeds() throws {
        let model = try TinyModels.shared().generator
        var options = GenerationOptions(seeds: .path(from: 3, to: 8, frames: 4))
        options.allClasses = true
        options.provenance = false
        let generation = try Generation(Model.load(model), options)
        #expect(generation.count == 8)
        let images = try generation.images()
        #expect(images.allSatisfy { $0.metadata.text.isEmpty })
        let ends = try Model.load(model).generate(GenerationOptions(seeds: .list([3, 8]), classes: ["0"]))
        #expect([images[0].samples, images[3].samples] == ends.map(\.samples))
    }

    @Test func aClosedWayReturnsToItsBeginning() throws {
        let model = try Model.load(TinyModels.shared().generator)
        func images(_ seeds: GenerationOptions.Seeds) throws -> [Image] {
            try model.generate(GenerationOptions(seeds: seeds, classes: ["bar"]))
        }
        let stops = try images(.list([3, 8, 5])).map(\.samples)
        let open = try images(.tour([3, 8, 5], framesEach: 2, closed: false))
        #expect(open.count == 5 && [0, 2, 4].map { open[$0].samples } == stops)
        #expect(open[1].samples == (try images(.path(from: 3, to: 8, frames: 3)))[1].samples)
        let closed = try images(.tour([3, 8, 5], framesEach: 2, closed: true))
        #expect(closed.count == 6 && closed.prefix(5).map(\.samples) == open.map(\.samples))
        #expect(closed[5].samples == (try images(.path(from: 5, to: 3, frames: 3)))[1].samples)
        #expect(closed[5].metadata.text.contains { $0.keyword == "Seed" && $0.value == "5:3 at 0.5" })
    }

    @Test func unknownClassesAreRefused() throws {
        let model = try Model.load(TinyModels.shared().generator)
        #expect(throws: GenerationError.classNeeded(known: ["bar", "disc"])) { try model.generate(1) }
        let error = #expect(throws: GenerationError.self) { try model.generate(1, classes: ["cube"]) }
        #expect(error?.description.contains("There is no class “cube”") == true)
        #expect(throws: GenerationError.noClasses(model: "fashion-gan")) {
            try Model.load("fashion-gan").generate(1, classes: ["bar"])
        }
    }

    @Test func filesAreNamedByClassAndSeed() throws {
        let models = try TinyModels.shared()
        let folder = models.studio("generated")
        var written: [String] = []
        let generation = try Generation(
            Model.load(models.generator), GenerationOptions(seeds: .count(2), classes: ["bar", "disc"]))
        let summary = try generation.write(GeneratedFiles(folder: folder, sheet: folder + "/sheet.png")) { event in
            if case .wrote(_, let file) = event { written.append(file) }
        }
        #expect(summary.written == 4 && summary.failures == 0 && written.count == 4)
        #expect(
            try models.studio.files("generated") == [
                "bar/seed0000.png", "bar/seed0001.png", "disc/seed0000.png", "disc/seed0001.png", "sheet.png",
            ])
        #expect("\(summary)" == "4 images in \(folder); a sheet in \(folder)/sheet.png")
    }

    @Test func animationsHoldAllImages() throws {
        let models = try TinyModels.shared()
        let generation = try Generation(
            Model.load(models.generator),
            GenerationOptions(seeds: .tour([3, 8], framesEach: 3, closed: true), classes: ["disc"]))
        let file = try models.studio.folder("animated") + "/loop.png"
        var counts: [Int] = []
        try generation.writeAnimation(to: file) { event in
            if case .progress(let progress) = event { counts.append(progress.count) }
        }
        #expect(counts == Array(0...6))
        #expect(try Image(contentsOf: file).samples == generation.images()[0].samples)
        for ending in ["webp", "gif"] {
            let other = try models.studio.folder("animated") + "/loop.\(ending)"
            try generation.writeAnimation(to: other, milliseconds: 70)
            let animation = try AnimationReader(other)
            #expect(animation.frameCount == 6 && animation.plays == 0)
            #expect(try animation.next()?.duration.seconds == 0.07)
        }
        #expect(throws: RequestError.self) { try generation.writeAnimation(to: file + ".jpg") }
        #expect(throws: RequestError.self) { try generation.writeAnimation(to: file, milliseconds: 0) }
    }

    @Test func cancelingTheTaskEndsIt() async throws {
        let model = try Model.load(TinyModels.shared().generator)
        var options = GenerationOptions(seeds: .count(8), classes: ["bar"])
        options.batchSize = 2
        let chosen = options
        let task = Task {
            var count = 0
            do {
                try Generation(model, chosen).run { _ in
                    count += 1
                    if count == 4 { withUnsafeCurrentTask { $0?.cancel() } }
                }
            } catch is CancellationError { return count }
            return -1
        }
        #expect(try await task.value == 4)
    }
}
