import Foundation
import ImageFiles
import Testing

extension ProgramTests {
    /// What is asked for wrongly (64), what is broken (1), and the words for it.
    @Suite struct RequestTests {
        private let place: Workplace

        init() throws {
            place = try Workplace()
            try place.writeUpscaler("up")
            try place.writeTranslator("over")
            #expect(try Program.run(place.training("gan", out: "makes", steps: 1), in: place.path).status == 0)
        }

        private static func commands(_ model: String) -> [[String]] {
            [
                ["upscale", "shapes/bar/1.png", "-m", model, "-o", "b.png"],
                ["translate", "shapes/bar/1.png", "-m", model, "-o", "b.png"],
                ["generate", "-m", model, "-o", "made"], ["evaluate", model, "--data", "shapes"],
                ["models", "show", model], ["models", "export", model, "-o", "e.safetensors"],
                ["models", "average", model, model, "-o", "mean"],
                ["train", "sr", "--data", "shapes", "--from", model, "--out", "new"],
                ["train", "pix2pix", "--data", "shapes", "--sketch", "lines", "--from", model, "--out", "new"],
                ["upscale", "shapes/bar/1.png", "-m", "up", "--denoise", "0.5", "--denoise-with", model],
                ["evaluate", "up", "--data", "shapes/bar", "--classifier", model],
            ]
        }

        private func damaged(_ kind: String) throws -> String {
            let folder = place.path + "/" + kind
            try? FileManager.default.removeItem(atPath: folder)
            try FileManager.default.copyItem(atPath: place.path + "/over", toPath: folder)
            let (config, weights) = (folder + "/config.json", folder + "/model.safetensors")
            switch kind {
            case "no-json": try Data("{".utf8).write(to: URL(fileURLWithPath: config))
            case "other-json": try Data("[1, 2]".utf8).write(to: URL(fileURLWithPath: config))
            case "no-weights": try FileManager.default.removeItem(atPath: weights)
            case "no-config": try FileManager.default.removeItem(atPath: config)
            case "cut":
                let all = try Data(contentsOf: URL(fileURLWithPath: weights))
                try all.prefix(all.count / 2).write(to: URL(fileURLWithPath: weights))
            default: try Data("no weights".utf8).write(to: URL(fileURLWithPath: folder + ".pth"))
            }
            return kind == "file" ? "file.pth" : kind
        }

        @Test(arguments: ["no-json", "other-json", "no-weights", "no-config", "cut", "file"])
        func aDamagedModelHasOneExitCode(kind: String) throws {
            let model = try damaged(kind)
            for command in Self.commands(model) {
                if kind == "cut", command.prefix(2) == ["models", "show"] { continue }
                // Not measured with what it has no use for, and folders are what these two take.
                if command.contains("--classifier") || kind == "file", command[0] == "evaluate" { continue }
                if kind == "file", ["show", "average"].contains(command[1]) { continue }
                let result = try Program.run(command, in: place.path)
                #expect(result.status == 1, "\(command.joined(separator: " ")): \(result.errors)")
            }
        }

        @Test func anUnknownModelIsWrongUsage() throws {
            for command in Self.commands("nowhere") where !command.contains("--classifier") {
                let result = try Program.run(command, in: place.path)
                #expect(result.status == 64, "\(command.joined(separator: " ")): \(result.errors)")
            }
        }

        @Test func aModelForAnotherTaskIsWrongUsage() throws {
            let commands = Self.commands("makes")
            for command in [commands[0], commands[1], commands[7], commands[8], commands[9]] {
                let result = try Program.run(command, in: place.path)
                #expect(result.status == 64, "\(command.joined(separator: " ")): \(result.errors)")
                #expect(result.errors.contains("is a gan model"))
            }
            #expect(try Program.run(["generate", "-m", "up"], in: place.path).status == 64)
        }

        @Test func modelsThatFitTheCommandAreListed() throws {
            let shelf = ["ATELIER_MODELS": place.path]
            for (command, words, others) in [
                ("upscale", "Known upscalers: ", ["over", "makes"]),
                ("translate", "Known translators: ", ["up", "makes"]),
                ("generate", "Known generators: ", ["up", "over"]),
            ] {
                let input = command == "generate" ? [] : ["shapes"]
                let result = try Program.run([command, "-m", "nowhere"] + input, in: place.path, environment: shelf)
                let list = try #require(result.errors.components(separatedBy: words).dropFirst().first)
                let names = list.prefix { $0 != "." }.components(separatedBy: ", ")
                #expect(result.status == 64 && names.allSatisfy { !others.contains($0) }, "\(result.errors)")
            }
        }

        @Test(arguments: ["-x.png", "-photo.jpg", "-1.jpeg"]) func namesLikeOptionsGetAHint(name: String) throws {
            for command in ["upscale", "translate"] {
                let result = try Program.run([command, name, "-m", "up"], in: place.path)
                #expect(result.status == 64 && result.errors.contains("write ./\(name)"), "\(result.errors)")
            }
            try Data("x".utf8).write(to: URL(fileURLWithPath: place.path + "/-plain"))
            let plain = try Program.run(["upscale", "-plain", "-m", "up"], in: place.path)
            #expect(plain.errors.contains("write ./-plain"), "\(plain.errors)")
            let other = try Program.run(["upscale", "shapes", "--nonsense"], in: place.path)
            #expect(!other.errors.contains("Hint"))
        }

        @Test func oneGeneratedImageMayBeNamed() throws {
            let one = ["generate", "-m", "makes", "--count", "1", "-o"]
            for name in ["g.png", "G.JPEG", "deep/g.jpg"] {
                let result = try Program.run(one + [name], in: place.path)
                #expect(result.status == 0 && result.output == "1 image in \(name)\n", "\(result.errors)")
                #expect(try Image.header(of: place.path + "/" + name).format == ImageFormat(path: name))
            }
            #expect(try Program.run(one + ["folder.png/"], in: place.path).status == 0)
            #expect(try place.files("folder.png") == ["seed0000.png"])
            let sheet = try Program.run(
                ["generate", "-m", "makes", "--count", "4", "--grid", "-", "--json"], in: place.path)
            #expect(sheet.status == 0 && sheet.errors.contains(#""sheet":"/dev/stdout""#))
            #expect(try Image.decode([UInt8](place.bytes("output")), name: "sheet").width > 16)
            let piped = try Program.run(one + ["-"], in: place.path)
            #expect(piped.status == 0 && piped.errors.contains("1 image on standard output"))
            #expect(try Image.decode([UInt8](place.bytes("output")), name: "image").width == 16)
            for wrong in [
                ["--count", "2", "-o", "h.png"], ["--count", "2", "-o", "-"], ["--count", "1", "-o", "h.bmp"],
                ["--grid", "h.gif"], ["--grid", "h"], ["--count", "1", "-o", "-", "--grid", "-"],
                ["--count", "1", "-o", "h.png", "--format", "jpg"],
            ] {
                let result = try Program.run(["generate", "-m", "makes"] + wrong, in: place.path)
                #expect(result.status == 64, "\(wrong): \(result.errors)")
            }
        }

        @Test(arguments: ["gan", "pix2pix", "cyclegan", "sr"]) func lossesAreSpelledAlike(kind: String) throws {
            let help = try Program.run(["train", kind, "--help"], in: place.path).output
            let plain = help.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(plain.contains("values: minimax, non-saturating, least-squares, hinge, wasserstein"))
            #expect(!plain.contains("nonSaturating") && !plain.contains("leastSquares"))
            let wrong = try Program.run(["train", kind, "--loss", "best"], in: place.path)
            #expect(wrong.status == 64 && wrong.errors.contains("relativistic-average"), "\(wrong.errors)")
        }

        @Test func aCropSizeThatFitsIsSuggested() throws {
            let all = ["train", "sr", "--data", "shapes", "--scale", "2", "--out", "crops"]
            let result = try Program.run(all + ["--crop-size", "32"], in: place.path)
            #expect(result.status == 1 && result.errors.contains("--crop-size 16"), "\(result.errors)")
        }
    }
}
