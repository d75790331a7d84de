import Foundation
import ImageFiles
import Testing

extension ProgramTests {
    /// `data augment`, `evaluate --augmentation` and `evaluate --memorization`.
    @Suite struct AugmentTests {
        private let place: Workplace

        /// Shapes with a test part, and a generator of them.
        init() throws {
            place = try Workplace()
            let files = FileManager.default
            try files.createDirectory(atPath: place.path + "/few", withIntermediateDirectories: true)
            for part in ["train", "test"] {
                try files.copyItem(atPath: place.path + "/shapes", toPath: place.path + "/few/" + part)
            }
            #expect(try Program.run(place.training("cgan", steps: 2), in: place.path).status == 0)
        }

        private func run(_ arguments: String...) throws -> Program.Result {
            try Program.run(arguments, in: place.path)
        }

        @Test func aSetIsWrittenAndLearnedFrom() throws {
            let set = ["data", "augment", "--model", "run", "--data", "few", "-o", "set", "--with-real"]
            let made = try Program.run(set + ["--per-class", "2"], in: place.path)
            #expect(made.status == 0, "\(made.errors)")
            #expect(made.output == "6 generated images, 18 real ones in set.\n")
            #expect(place.exists("set/augmentation.json") && place.exists("set/Big Disc/seed0001.png"))
            let more = try Program.run(set + ["--per-class", "3", "--json"], in: place.path)
            #expect(
                more.output
                    == #"{"output":"set","model":"run","generated":3,"real":0,"kept":24,"skipped":0}"# + "\n")
            let check = try run("data", "check", "set", "--json")
            #expect(check.status == 0, "\(check.errors)")
            let training = ["train", "classifier", "--data", "set", "--out", "judge", "--steps", "1", "--width", "2"]
            #expect(try Program.run(training + ["--limit-per-class", "4"], in: place.path).status == 0)
            let config = try place.bytes("judge/config.json")
            #expect(String(decoding: config, as: UTF8.self).contains("limitPerClass"))
        }

        @Test func questionsAreAnswered() throws {
            let words = try run(
                "evaluate", "run", "--data", "few", "--augmentation", "--runs", "2", "--steps", "2", "--per-class", "3",
                "--limit-per-class", "4", "--no-mirror")
            #expect(words.status == 0, "\(words.errors)")
            #expect(
                words.lines.first
                    == "12 real images and 9 images of run in 3 classes, tested on 18 other real images")
            #expect(words.lines.count == 9 && words.lines[2].hasPrefix("real  "))
            let json = try run(
                "evaluate", "run", "--data", "few", "--augmentation", "--runs", "1", "--steps", "1", "--json")
            struct Study: Decodable {
                struct Row: Decodable {
                    var set: String
                    var accuracies: [Double]
                    var mean: Double
                    var deviation: Double
                }
                var rows: [Row]
                var realCount: Int
            }
            let study = try JSONDecoder().decode(Study.self, from: Data(json.output.utf8))
            #expect(study.realCount == 18 && study.rows.map(\.set).contains("real + generated, augmented"))
            #expect(study.rows.allSatisfy { $0.accuracies == [$0.mean] && $0.deviation == 0 })

            let nearest = try run(
                "evaluate", "run", "--data", "few", "--memorization", "--features", "imagenet-features", "--count",
                "10",
                "--sheet", "near.png", "--sheet-pairs", "4")
            #expect(nearest.status == 0, "\(nearest.errors)")
            #expect(nearest.lines.first?.hasPrefix("10 generated images beside 18 training images") == true)
            #expect(nearest.lines.count == 10 && nearest.lines[6].contains("seed "))
            let sheet = try Image.header(of: place.path + "/near.png")
            #expect(sheet.height > sheet.width)
        }

        @Test func whatCannotBeIsSaid() throws {
            for (arguments, status, words) in [
                (["--augmentation", "--memorization"], Int32(64), "Use either"),
                (["--runs", "3"], 64, "--runs is for --augmentation"),
                (["--limit-per-class", "3"], 64, "--limit-per-class is for"),
                (["--memorization", "--no-mirror"], 64, "--no-mirror is for --augmentation"),
                (["--augmentation", "--steps", "0"], 64, "--steps must be at least 1"),
                (["--augmentation", "--count", "20"], 64, "--count does not apply to --augmentation"),
                (["--augmentation", "--classifier", "run"], 64, "--classifier does not apply to --augmentation"),
                (["--memorization", "--baselines"], 64, "--baselines does not apply to --memorization"),
                (["--memorization"], 64, "--classifier MODEL"),
            ] {
                let result = try Program.run(["evaluate", "run", "--data", "few"] + arguments, in: place.path)
                #expect(result.status == status && result.errors.contains(words), "\(arguments): \(result.errors)")
            }
            let lonely = try run("evaluate", "run", "--data", "shapes", "--augmentation")
            #expect(lonely.status == 64 && lonely.errors.contains("no test part"))
            let set = ["data", "augment", "--model", "run", "--data", "few", "-o", "few"]
            let taken = try Program.run(set + ["--per-class", "2"], in: place.path)
            #expect(taken.status == 64 && taken.errors.contains("holds other files already"))
            #expect(try Program.run(set + ["--per-class", "0"], in: place.path).status == 64)
        }
    }
}
