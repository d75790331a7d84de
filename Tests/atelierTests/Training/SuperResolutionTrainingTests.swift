import Foundation
import ImageData
import Models
import SuperResolution
import Testing
import Training

extension ProgramTests {
    @Suite struct SuperResolutionTrainingTests {
        private let place: Workplace

        init() throws { place = try Workplace() }

        private func training(_ out: String, _ more: [String] = []) -> [String] {
            [
                "train", "sr", "--data", "shapes", "--out", out, "--net", "srvgg", "--scale", "2", "--features", "4",
                "--blocks", "1", "--crop-size", "16", "--batch-size", "2", "--steps", "3", "--gan-steps", "2", "--ndf",
                "2", "--checkpoint-every", "2", "--sample-every", "0", "--log-every", "1", "--kernels", "rules",
            ] + more
        }

        @Test func bothStagesAreTakenInOneCommandAndResumedExactly() throws {
            let whole = try Program.run(training("whole"), in: place.path)
            #expect(whole.status == 0, "\(whole.errors)")
            for file in ["model/model.safetensors", "model-pixel/config.json", "samples/step-000005.png"] {
                #expect(place.exists("whole/\(file)"), "\(file)")
            }
            let pixel = try ModelManifest.read(from: place.path + "/whole/model-pixel")
            #expect(pixel.provenance["stage"] == "pixel" && pixel.provenance["steps"] == "3")
            #expect(try pixel.architecture[key: "scale"] == .integer(2) && pixel.settings().frame.scale == 2)

            // As if the program had ended after the checkpoint of step 2, or of step 4.
            for step in [2, 4] {
                let copy = "from\(step)"
                try FileManager.default.copyItem(atPath: place.path + "/whole", toPath: place.path + "/" + copy)
                for later in [2, 4, 5] where later > step {
                    try FileManager.default.removeItem(
                        atPath: place.path + "/\(copy)/checkpoints/" + String(format: "step-%06d", later))
                }
                let again = try Program.run(["train", "sr", "--out", copy, "--resume"], in: place.path)
                #expect(again.status == 0, "\(again.errors)")
                #expect(
                    try place.bytes("\(copy)/model/model.safetensors") == place.bytes("whole/model/model.safetensors"))
            }
        }

        /// ImageNet's features are the usual ones; a run remembers which it had.
        @Test(arguments: [
            ([], "imagenet-features"), (["--perceptual", "none"], "none"), (["--perceptual", "other"], "other"),
        ])
        func thePerceptualLossIsTakenInANetworkOfOurOwn(_ options: [String], _ expected: String) throws {
            for name in ["imagenet-features", "other"] {
                #expect(try Program.run(place.training("classifier", out: name, steps: 1), in: place.path).status == 0)
            }
            let run = try Program.run(training("run", options), in: place.path)
            #expect(
                run.status == 0 && run.errors.contains("no perceptual loss") == (expected == "none"), "\(run.errors)")
            #expect(try Program.run(["train", "sr", "--out", "run", "--resume"], in: place.path).status == 0)
            let made = try ModelManifest.read(from: place.path + "/run/model")
            #expect(made.provenance["perceptual"] == expected)
        }

        @Test func otherSettingsAreRefusedOnResuming() throws {
            #expect(try Program.run(training("run", ["--gan-steps", "0"]), in: place.path).status == 0)
            #expect(!place.exists("run/model-pixel"))
            let other = try Program.run(
                ["train", "sr", "--out", "run", "--resume", "--lr", "0.1"], in: place.path)
            #expect(other.status == 1 && other.errors.contains("learningRate"))
        }

        /// Its settings are open until it begins.
        @Test func theSecondStageCanBeAddedToARun() throws {
            #expect(try Program.run(training("run", ["--gan-steps", "0"]), in: place.path).status == 0)
            func more(_ weight: String) throws -> Program.Result {
                try Program.run(
                    [
                        "train", "sr", "--out", "run", "--resume", "--gan-steps", "2", "--gan-weight", weight,
                        "--gan-lr-d", "3e-4", "--gan-decay", "cosine", "--phase-weight", "5",
                    ], in: place.path)
            }
            let added = try more("0.01")
            #expect(added.status == 0, "\(added.errors)")
            #expect(place.exists("run/model-pixel/config.json"))
            let made = try ModelManifest.read(from: place.path + "/run/model")
            let stage = try made.settings().adversarial
            #expect(stage.discriminatorLearningRate == 3e-4 && stage.decay == .cosine && stage.gridWeight == 5)
            let refused = try more("0.02")
            #expect(refused.status == 1 && refused.errors.contains("adversarialWeight"))
        }

        @Test func aFinishedModelCanBeTheStart() throws {
            #expect(try Program.run(training("first", ["--gan-steps", "0"]), in: place.path).status == 0)
            let next = try Program.run(
                [
                    "train", "sr", "--data", "shapes", "--from", "first", "--out", "second", "--crop-size", "16",
                    "--batch-size", "2", "--steps", "1", "--gan-steps", "0", "--lr", "1e-9", "--kernels", "rules",
                    "--degradation", "practical",
                ], in: place.path)
            #expect(next.status == 0, "\(next.errors)")
            let manifest = try ModelManifest.read(from: place.path + "/second/model")
            #expect(manifest.architecture[key: "features"] == .integer(4))
            #expect(try manifest.settings().frame.degradation == .practical)
            #expect(manifest.provenance["started from"] == "first")
            #expect(
                try place.bytes("second/model/model.safetensors").count
                    == place.bytes(
                        "first/model/model.safetensors"
                    ).count)
        }

        @Test func figuresAreMeasuredWhileTrainingAndAfterwards() throws {
            let run = try Program.run(
                training("run", ["--evaluate-every", "5", "--best-metric", "psnr-y"]), in: place.path)
            #expect(run.status == 0, "\(run.errors)")
            #expect(place.exists("run/best/model.safetensors"))
            let log = try String(decoding: place.bytes("run/log.jsonl"), as: UTF8.self)
            #expect(log.contains("psnr-y") && log.contains("ssim-y"))
            let told = try Program.run(
                ["evaluate", "run", "--data", "shapes", "--sheet", "sheet.png", "--json"], in: place.path)
            #expect(told.status == 0, "\(told.errors)")
            let lines = Data(told.output.utf8)
            let object = try #require(try JSONSerialization.jsonObject(with: lines) as? [String: Any])
            let rows = try #require(object["rows"] as? [[String: Any]])
            #expect(rows.compactMap { $0["name"] as? String } == ["run", "bicubic", "lanczos"])
            #expect(object["images"] as? Int == 18 && object["scale"] as? Int == 2 && place.exists("sheet.png"))
            let wrong = try Program.run(
                ["evaluate", "run", "--data", "shapes", "--direction", "BtoA"], in: place.path)
            #expect(wrong.status == 64 && wrong.errors.contains("--direction"))
        }

        @Test(arguments: [
            (["--crop-size", "17"], "multiple of 2"),
            (["--crop-size", "24", "--gan-steps", "1", "--net-d", "srgan"], "multiple of 16"),
            (["--crop-size", "12", "--gan-steps", "1"], "multiple of 8"),
            (["--net", "rrdb", "--scale", "3"], "scale is 3"), (["--steps", "0", "--gan-steps", "0"], "nothing to do"),
            (["--steps", "\(Int.max)", "--gan-steps", "1"], "pixel.steps is"),
        ])
        func whatCannotBeTrainedIsSaid(_ options: [String], _ words: String) throws {
            let result = try Program.run(training("run") + options, in: place.path)
            #expect(result.status == 64 && result.errors.contains(words), "\(result.errors)")
        }
    }
}

extension ModelManifest {
    fileprivate func settings() throws -> UpscalerTrainingSettings { try training.decoded() }
}
