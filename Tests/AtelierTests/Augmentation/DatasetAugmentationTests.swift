import Foundation
import Testing

@testable import Atelier

/// Labeled sets of generated images.
@Suite struct DatasetAugmentationTests {
    private let models: TinyModels
    private let studio: Studio

    init() throws { (models, studio) = (try TinyModels.shared(), try Studio()) }

    private func augmentation(_ name: String = "set", perClass: Int = 3) throws -> DatasetAugmentation {
        try DatasetAugmentation(
            of: studio("shapes"), with: Model.load(models.generator), to: studio(name), perClass: perClass)
    }

    @Test func everyClassHasAFolderOfImagesThatSayWhatTheyAre() throws {
        var set = try augmentation()
        set.firstSeed = 5
        var counts: [Int] = []
        let summary = try set.run { event in
            if case .progress(let progress) = event { counts.append(progress.count) }
        }
        #expect(summary == DatasetAugmentation.Summary(generated: 6) && counts.last == 6)
        #expect(
            try studio.files("set") == [
                "augmentation.json", "bar/seed0005.png", "bar/seed0006.png", "bar/seed0007.png", "disc/seed0005.png",
                "disc/seed0006.png", "disc/seed0007.png",
            ])
        let made = try Image(contentsOf: studio("set/disc/seed0006.png"))
        let text = Dictionary(uniqueKeysWithValues: made.metadata.text.map { ($0.keyword, $0.value) })
        #expect(text["Seed"] == "6" && text["Class"] == "disc" && text["Model"] == set.model.name)
        #expect(try made.samples == set.model.generate(1, seed: 6, classes: ["disc"])[0].samples)
        let manifest = try #require(try AugmentationManifest.read(in: studio("set")))
        #expect(manifest.isComplete && manifest.perClass == 3 && manifest.firstSeed == 5 && !manifest.includesReal)
        #expect(manifest.classes.map(\.folder) == ["bar", "disc"] && manifest.classes.map(\.real) == [0, 0])
        #expect(manifest.model == set.model.name && manifest.dataRecord.count == 12)
    }

    @Test func whatIsThereStaysAndWhatIsMissingIsMade() throws {
        try augmentation().run()
        let before = try studio.bytes("set/bar/seed0001.png")
        try FileManager.default.removeItem(atPath: studio("set/bar/seed0001.png"))
        try Data().write(to: URL(fileURLWithPath: studio("set/bar/.atelier-killed.tmp")))
        #expect(try augmentation().run() == DatasetAugmentation.Summary(generated: 1, kept: 5))
        #expect(try studio.bytes("set/bar/seed0001.png") == before && !studio.exists("set/bar/.atelier-killed.tmp"))
        #expect(try augmentation(perClass: 5).run() == DatasetAugmentation.Summary(generated: 4, kept: 6))
        #expect(try AugmentationManifest.read(in: studio("set"))?.perClass == 5)
    }

    @Test func realImagesAreCopiedBytByByte() throws {
        var set = try augmentation(perClass: 1)
        set.includesReal = true
        set.limitPerClass = 2
        #expect(try set.run() == DatasetAugmentation.Summary(generated: 2, real: 4))
        #expect(
            try studio.files("set") == [
                "augmentation.json", "bar/real0000.png", "bar/real0001.png", "bar/seed0000.png", "disc/real0002.png",
                "disc/real0003.png", "disc/seed0000.png",
            ])
        #expect(try studio.bytes("set/bar/real0001.png") == studio.bytes("shapes/bar/3.png"))
        #expect(try AugmentationManifest.read(in: studio("set"))?.classes.map(\.real) == [2, 2])
        #expect(try set.run() == DatasetAugmentation.Summary(kept: 6))
        try Data([1, 2]).write(to: URL(fileURLWithPath: studio("shapes/bar/3.png")))
        set.output = studio("other")
        var skipped: [String] = []
        let summary = try set.run { if case .skipped(let name, _) = $0 { skipped.append(name) } }
        #expect(summary == DatasetAugmentation.Summary(generated: 2, real: 3, skipped: 1))
        #expect(skipped.count == 1 && skipped[0].hasSuffix("bar/3.png"))
    }

    @Test func partsOfLargerFilesBecomeFilesAndNamesOfClassesBecomeFolders() throws {
        let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 16, 0, 0, 0, 16]
        try studio.folder("packed")
        func write(_ bytes: [UInt8], _ name: String) throws {
            try Data(bytes).write(to: URL(fileURLWithPath: studio("packed/" + name)))
        }
        try write(header + (0..<1024).map { UInt8($0 / 4) }, "train-images-idx3-ubyte")
        try write([0, 0, 8, 1, 0, 0, 0, 4, 0, 1, 1, 0], "train-labels-idx1-ubyte")
        try write(Array("Disc\nB/A/R\n".utf8), "classes.txt")
        var set = try DatasetAugmentation(
            of: studio("packed"), with: Model.load(models.generator), to: studio("set"), perClass: 1)
        set.includesReal = true
        #expect(try set.run() == DatasetAugmentation.Summary(generated: 2, real: 4))
        #expect(
            try studio.files("set") == [
                "augmentation.json", "b-a-r/real0001.png", "b-a-r/real0002.png", "b-a-r/seed0000.png",
                "disc/real0000.png", "disc/real0003.png", "disc/seed0000.png",
            ])
        // The folder of a class holds images of the model's class of that name.
        #expect(
            try Image(contentsOf: studio("set/disc/seed0000.png")).samples
                == set.model.generate(1, seed: 0, classes: ["disc"])[0].samples)
    }

    @Test func otherSetsAreRefused() throws {
        let first = try augmentation()
        try first.run()
        func refusal(_ change: (inout DatasetAugmentation) throws -> Void) throws -> String {
            var set = first
            try change(&set)
            return try #require(throws: RequestError.self) { try set.run() }.description
        }
        #expect(try refusal { $0.perClass = 2 }.contains("3 images of each class, not 2"))
        #expect(try refusal { $0.firstSeed = 1 }.contains("the first seed 0, not 1"))
        #expect(try refusal { $0.truncation = 0.5 }.contains("another truncation"))
        #expect(try refusal { $0.limitPerClass = 1 }.contains("other real images"))
        let other = try ConditionalGAN.train(
            on: studio("shapes"), to: studio("generator"), Studio.tinyGenerator(steps: 1))
        #expect(try refusal { $0.model = try Model.load(other.folder.path) }.contains("other weights of the model"))
        #expect(try refusal { $0.output = studio("twins") }.contains("holds other files already"))
        try Data("{".utf8).write(to: URL(fileURLWithPath: studio("set/augmentation.json")))
        #expect(try refusal { _ in }.contains("damaged"))
    }

    @Test func classesMustHaveTheirNames() throws {
        func refusal(_ model: String, _ data: String) throws -> String {
            try #require(throws: RequestError.self) {
                try DatasetAugmentation(
                    of: studio(data), with: Model.load(model), to: studio("set"), perClass: 1
                ).run()
            }.description
        }
        try FileManager.default.moveItem(atPath: studio("shapes/bar"), toPath: studio("shapes/cube"))
        let words = try refusal(models.generator, "shapes")
        #expect(words.contains("cube, disc") && words.contains("bar, disc"))
        #expect(try refusal(models.generator, "photos").contains("has no classes"))
        #expect(try refusal("fashion-gan", "shapes").contains("knows no classes"))
        #expect(!studio.exists("set"))
    }

    @Test func classesAreMatchedByName() throws {
        func labels(_ wanted: [String], _ known: [String]) throws -> [Int] {
            try MatchedClasses(wanted, in: "data", among: known, of: "model").labels
        }
        #expect(try labels(["t-shirt-top", "BAG"], ["Bag", "Coat", "T-shirt/top"]) == [2, 0])
        #expect(try labels(["ab", "a b"], ["a b", "ab"]) == [1, 0])
        for (wanted, known) in [(["ab"], ["a b", "a-b"]), (["a", "A"], ["a", "b"]), ([], ["a"]), (["a"], [])] {
            #expect(throws: RequestError.self) { try labels(wanted, known) }
        }
    }
}
