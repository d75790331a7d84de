import Files
import Foundation
import TestSupport
import Testing

extension ProgramTests {
    @Suite struct CommandTests {
        private let place: Workplace

        init() throws { place = try Workplace() }

        private func run(_ arguments: String...) throws -> Program.Result {
            try Program.run(arguments, in: place.path)
        }

        @Test(arguments: [
            [], ["generate"], ["train"], ["train", "gan"], ["train", "cgan"], ["train", "classifier"], ["evaluate"],
            ["data"], ["data", "check"], ["data", "pair"],
            ["data", "sketch"], ["train", "pix2pix"], ["translate"], ["models"], ["models", "list"],
            ["models", "inspect"], ["models", "show"], ["models", "import"],
            ["models", "export"], ["models", "average"],
        ])
        func everyCommandExplainsItself(command: [String]) throws {
            let result = try Program.run(command + ["--help"], in: place.path)
            #expect(result.status == 0)
            #expect(result.output.contains("USAGE: atelier"))
            #expect(result.output.contains("OVERVIEW:"))
        }

        @Test func versionAndUsage() throws {
            let version = try run("--version")
            #expect(version.status == 0 && version.output.hasPrefix("atelier "))
            #expect(try run("paint").status == 64)
            #expect(try run("train", "gan").status == 64)
            #expect(try run("train", "gan", "--data", "shapes", "--learning").status == 64)
        }

        @Test(arguments: ["gan", "cgan", "pix2pix", "cyclegan", "sr", "classifier"])
        func runsWithoutImagesAreUsageErrors(kind: String) throws {
            let result = try run("train", kind)
            #expect(result.status == 64 && result.errors.contains("are: --data DIR."), "\(result.errors)")
            #expect(!place.exists("run"))
        }

        @Test func missingImagesAreAFailureWithWords() throws {
            let result = try run("train", "gan", "--data", "nowhere")
            #expect(result.status == 1 && result.errors.contains("nowhere"))
            #expect(!place.exists("run"))
        }

        @Test func conditionalModelsNeedClasses() throws {
            let result = try run("train", "cgan", "--data", "shapes/bar")
            #expect(result.status == 64 && result.errors.contains("one folder of images for each class"))
            #expect(!place.exists("run"))
        }

        @Test func checkingSoundAndBrokenImages() throws {
            let sound = try run("data", "check", "shapes")
            #expect(sound.status == 0, "\(sound.errors)")
            #expect(sound.output.contains("Big Disc") && sound.output.contains("Broken: none"))
            try place.bytes("shapes/bar/1.png").prefix(60)
                .write(to: URL(fileURLWithPath: place.path + "/shapes/bar/torn.png"))
            let broken = try run("data", "check", "shapes", "--json")
            #expect(broken.status == 1 && broken.output.contains("torn.png"))
            #expect(try JSONSerialization.jsonObject(with: Data(broken.output.utf8)) is [String: Any])
            #expect(try run("data", "check", "nowhere").status == 1)
        }

        @Test func foreignModelsComeInAndGoOut() throws {
            let fixtures = Fixtures.path("ForeignWeights")
            let imported = try run("models", "import", fixtures + "/network-rrdb-x2.pth", "-o", "shelf/mine")
            #expect(imported.status == 0 && imported.output.contains("RRDBNet ×2"), "\(imported.errors)")
            #expect(try run("models", "import", fixtures + "/network-rrdb-x2.pth", "-o", "shelf/mine").status == 64)
            let shown = try run("models", "show", "shelf/mine")
            #expect(shown.status == 0 && shown.output.contains("any size"), "\(shown.errors)")
            #expect(try run("models", "export", "shelf/mine", "-o", "mine.safetensors").status == 0)
            #expect(try run("models", "import", "mine.safetensors", "-o", "shelf/again").status == 0)
            #expect(try place.bytes("shelf/again/model.safetensors") == place.bytes("shelf/mine/model.safetensors"))
            let mean = try run("models", "average", "shelf/mine", "shelf/again", "-o", "shelf/mean")
            #expect(mean.status == 0, "\(mean.errors)")
            #expect(try place.bytes("shelf/mean/model.safetensors") == place.bytes("shelf/mine/model.safetensors"))
            #expect(try run("models", "average", "shelf/mine", "shelf/again", "-o", "shelf/mean").status == 64)
            #expect(try run("models", "average", "shelf/mine", "-o", "shelf/one").status == 64)
            let pair = ["models", "average", "shelf/mine", "shelf/again", "-o", "shelf/shared"]
            for wrong in ["0.5", "0.5,0.6", "half,half", "0.5,,0.5,0"] {
                #expect(try Program.run(pair + ["--shares", wrong], in: place.path).status == 64, "\(wrong)")
            }
            #expect(try Program.run(pair + ["--shares", "1.5,-0.5"], in: place.path).status == 0)
            let refused = try run("models", "import", fixtures + "/whole-model.pth", "-o", "shelf/bad")
            #expect(refused.status == 1 && refused.errors.contains("2 tensors belong to no known network"))
            #expect(!place.exists("shelf/bad"))
        }

        @Test func fewImagesAreWarnedOf() throws {
            let result = try Program.run(place.training("cgan", steps: 1) + ["--quiet"], in: place.path)
            #expect(result.status == 0)
            #expect(result.errors.contains("Warning: there are only 18 images"), "\(result.errors)")
            #expect(result.errors.contains("fewer than 10 images: bar (6), Big Disc (6), square (6)"))
            #expect(result.errors.contains("--augment color,translation,cutout"))
            let resumed = try Program.run(["train", "cgan", "--out", "run", "--resume", "--quiet"], in: place.path)
            #expect(resumed.status == 0 && resumed.errors.isEmpty, "\(resumed.errors)")
        }

        @Test func aListOfLabelsMakesClasses() throws {
            let rows = ["bar/1.png,no", "square/2.png,yes", "Big Disc/3.png,no"]
            try rows.joined(separator: "\n").write(
                toFile: place.path + "/shapes/labels.csv", atomically: true, encoding: .utf8)
            let result = try Program.run(place.training("cgan", steps: 1), in: place.path)
            #expect(result.status == 0 && result.errors.contains("3 images in 2 classes"), "\(result.errors)")
            #expect(result.errors.contains("15 images without a label"))
            #expect(place.exists("run/model/model.safetensors"))
        }

        @Test func trainingSpeaksJSONLines() throws {
            let result = try Program.run(place.training("gan", steps: 3) + ["--json"], in: place.path)
            #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
            #expect(!result.lines.isEmpty)
            for line in result.lines {
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                #expect(object?["step"] is Int)
            }
            #expect(place.exists("run/model/model.safetensors") && place.exists("run/samples/step-000003.png"))
        }
    }
}
