import Foundation
import ImageFiles
import Testing

/// One tiny conditional model for the tests of a suite.
private final class TrainedPlace: Sendable {
    let place: Workplace

    init() throws {
        place = try Workplace()
        let result = try Program.run(place.training("cgan", steps: 3), in: place.path)
        guard result.status == 0 else { throw Failure(words: result.errors) }
    }

    struct Failure: Error {
        let words: String
    }

    static let shared = Result { try TrainedPlace() }
}

extension Workplace: @unchecked Sendable {}

extension ProgramTests {
    @Suite struct GenerateTests {
        private let place: Workplace

        init() throws { place = try TrainedPlace.shared.get().place }

        private func generate(_ arguments: String...) throws -> Program.Result {
            try Program.run(["generate", "--model", "run"] + arguments, in: place.path)
        }

        @Test func filesOfClassesAndSeeds() throws {
            let result = try generate(
                "--class", "big-disc", "--class", "2", "--count", "3", "--seed", "7", "-o", "out", "--json")
            #expect(result.status == 0, "\(result.errors)")
            #expect(
                try place.files("out") == [
                    "big-disc/seed0007.png", "big-disc/seed0008.png", "big-disc/seed0009.png", "square/seed0007.png",
                    "square/seed0008.png", "square/seed0009.png",
                ])
            #expect(
                result.lines.first
                    == #"{"file":"out/big-disc/seed0007.png","model":"run","seed":7,"class":"Big Disc","label":1,"width":16,"height":16}"#
            )
            #expect(result.lines.count == 6)
        }

        @Test func theSameImagesInAnyBatchAndWithAnyThreads() throws {
            let variants = [
                ["--seeds", "0-8"], ["--seeds", "0-8", "--batch-size", "1"], ["--seeds", "8,7,6,5,4,3,2,1,0"],
                ["--seeds", "0-8", "--threads", "1", "--batch-size", "4"], ["--seeds", "0-8", "--threads", "3"],
            ]
            for (number, variant) in variants.enumerated() {
                let result = try Program.run(
                    ["generate", "--model", "run", "--all-classes", "-o", "same\(number)", "--quiet"] + variant,
                    in: place.path)
                #expect(result.status == 0, "\(result.errors)")
                #expect(result.output.isEmpty && result.errors.isEmpty)
            }
            let files = try place.files("same0")
            #expect(files.count == 27)
            #expect(Set(try files.map { try place.bytes("same0/" + $0) }).count == 27)
            for number in 1..<variants.count {
                #expect(try place.files("same\(number)") == files)
                for file in files {
                    #expect(
                        try place.bytes("same\(number)/" + file) == place.bytes("same0/" + file), "\(file), \(number)")
                }
            }
        }

        @Test func aSheetAloneWritesNoSingleImages() throws {
            let result = try generate("--all-classes", "--count", "2", "--grid", "sheets/sheet.png")
            #expect(result.status == 0 && result.output.contains("a sheet in sheets/sheet.png"))
            let sheet = try Image.read(place.path + "/sheets/sheet.png")
            #expect(sheet.width > 2 * 16 && sheet.height > 3 * 16)
            #expect(!place.exists("out-of-nowhere") && sheet.metadata.text.contains { $0.keyword == "Model" })
        }

        @Test func interpolationStartsAndEndsAtItsSeeds() throws {
            #expect(try generate("--class", "bar", "--interpolate", "3:8", "--frames", "5", "-o", "morph").status == 0)
            #expect(try generate("--class", "bar", "--seeds", "3,8", "-o", "ends").status == 0)
            #expect(try place.files("morph").map { String($0.suffix(8)) } == (0..<5).map { "000\($0).png" })
            for (frame, seed) in [("frame0000", "seed0003"), ("frame0004", "seed0008")] {
                let (a, b) = (
                    try Image.read(place.path + "/morph/bar/\(frame).png"),
                    try Image.read(place.path + "/ends/bar/\(seed).png")
                )
                #expect(a.samples == b.samples)
            }
        }

        @Test func provenanceCanBeLeftOut() throws {
            #expect(try generate("--class", "bar", "--count", "1", "-o", "with", "--truncation", "0.5").status == 0)
            #expect(try generate("--class", "bar", "--count", "1", "-o", "without", "--no-provenance").status == 0)
            #expect(
                try generate("--class", "bar", "--count", "1", "-o", "jpeg", "--format", "JPG", "--seed", "12345")
                    .status == 0)
            let with = try Image.read(place.path + "/with/bar/seed0000.png").metadata
            #expect(with.xmp?.contains("trainedAlgorithmicMedia") == true)
            #expect(with.text.contains { $0.keyword == "Seed" && $0.value == "0" })
            #expect(with.text.contains { $0.keyword == "Truncation" && $0.value == "0.5" })
            let without = try Image.read(place.path + "/without/bar/seed0000.png").metadata
            #expect(without.xmp == nil && without.text.isEmpty)
            let jpeg = try Image.read(place.path + "/jpeg/bar/seed12345.jpg").metadata
            #expect(jpeg.sourceFormat == .jpeg && jpeg.xmp?.contains("trainedAlgorithmicMedia") == true)
        }

        @Test func whatCannotBeWrittenIsCounted() throws {
            try Data("in the way".utf8).write(to: URL(fileURLWithPath: place.path + "/blocked"))
            let result = try generate("--class", "bar", "--class", "square", "--count", "1", "-o", "blocked")
            #expect(result.status == 1 && result.output.contains("2 could not be written"))
        }

        @Test(arguments: [
            (["--class", "sock"], "Known classes:\n  0  bar\n  1  Big Disc\n  2  square"), ([], "--all-classes"),
            (["--class", "b"], "“b” is ambiguous: “bar”, “Big Disc”."),
            (["--class", "1", "--seeds", "9-3"], "ends before it begins"),
            (["--class", "1", "--seeds", "1", "--seed", "2"], "either --seeds, or"),
            (["--class", "1", "--count", "0"], "--count"),
            (["--class", "1", "--all-classes"], "either --class or"), (["--class", "1", "--format", "gif"], "gif"),
            (["--class", "1", "--interpolate", "3"], "3:8"), (["--class", "1", "--frames", "3"], "--interpolate"),
            (["--class", "1", "--truncation", "-1"], "--truncation"), (["--nonsense"], "--nonsense"),
        ])
        func usageErrors(arguments: [String], words: String) throws {
            let result = try Program.run(["generate", "--model", "run"] + arguments, in: place.path)
            #expect(result.status == 64)
            #expect(result.errors.contains(words), "\(result.errors)")
        }

        @Test func modelsAreFoundByNameInTheFoldersOfTheEnvironment() throws {
            let models = place.path + "/shelf"
            try FileManager.default.createDirectory(atPath: models, withIntermediateDirectories: true)
            if !place.exists("shelf/shapes") {
                try FileManager.default.copyItem(atPath: place.path + "/run/model", toPath: models + "/shapes")
            }
            let shelf = ["ATELIER_MODELS": models]
            let list = try Program.run(["models", "list"], in: place.path, environment: shelf)
            #expect(list.status == 0 && list.output.contains("cgan") && list.output.contains("16×16 gray"))
            let shown = try Program.run(["models", "show", "shapes"], in: place.path, environment: shelf)
            #expect(shown.status == 0 && shown.output.contains("Big Disc"))
            let made = try Program.run(
                ["generate", "--model", "shapes", "--class", "0", "--count", "1", "-o", "shelved"], in: place.path,
                environment: shelf)
            #expect(made.status == 0 && place.exists("shelved/bar/seed0000.png"))
            let unknown = try Program.run(["generate", "--model", "none"], in: place.path, environment: shelf)
            #expect(unknown.status == 64 && unknown.errors.contains("none"))
        }

        @Test func classifiersJudge() throws {
            let trained = try Program.run(place.training("classifier", out: "judge", steps: 4), in: place.path)
            #expect(trained.status == 0, "\(trained.errors)")
            let own = try Program.run(["evaluate", "judge", "--data", "shapes", "--json"], in: place.path)
            #expect(own.status == 0 && own.output.contains("\"accuracy\":"), "\(own.errors)")
            let result = try Program.run(
                ["evaluate", "run", "--classifier", "judge", "--data", "shapes", "--count", "30"], in: place.path)
            #expect(result.status == 0, "\(result.errors)")
            for words in ["Fréchet", "precision", "recall", "recognized"] { #expect(result.output.contains(words)) }
            let without = try Program.run(["evaluate", "run", "--data", "shapes"], in: place.path)
            #expect(without.status == 64 && without.errors.contains("train classifier"))
        }
    }
}
