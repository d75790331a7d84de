import Foundation
import ImageFiles
import Layers
import TensorCore
import Testing

extension ProgramTests {
    @Suite struct TranslatorTrainingTests {
        private let place: Workplace
        private let small = [
            "--ngf", "2", "--ndf", "2", "--patch", "16", "--sample-every", "0", "--log-every", "1", "--seed", "3",
        ]

        init() throws {
            place = try Workplace()
            try FileManager.default.createDirectory(atPath: place.path + "/kinds", withIntermediateDirectories: true)
            for (side, shape) in [("A", "bar"), ("B", "square")] {
                try FileManager.default.createSymbolicLink(
                    atPath: place.path + "/kinds/" + side, withDestinationPath: place.path + "/shapes/" + shape)
            }
        }

        @discardableResult private func run(_ arguments: [String], status: Int32 = 0) throws -> Program.Result {
            let result = try Program.run(arguments, in: place.path)
            #expect(result.status == status, "\(arguments): \(result.errors)")
            return result
        }

        @Test func imagesWithoutPairsAreTranslatedThereAndBack() throws {
            let training =
                ["train", "cyclegan", "--data", "kinds", "--net-g", "resnet_1blocks", "--crop-size", "16"]
                + small + ["--steps", "6", "--checkpoint-every", "4", "--pool-size", "2"]
            let result = try run(training + ["--out", "run"])
            #expect(result.errors.contains("6 images of A and 6 of B"))
            #expect(place.exists("run/samples/step-000006.png"))

            let files = [
                "checkpoints/step-000006/state.safetensors", "model/model.safetensors", "model/BtoA/model.safetensors",
            ]
            let whole = try files.map { try place.bytes("run/" + $0) }
            try FileManager.default.removeItem(atPath: place.path + "/run/checkpoints/step-000006")
            #expect(
                try run(["train", "cyclegan", "--out", "run", "--resume"]).errors.contains("Continuing from step 4."))
            #expect(try files.map { try place.bytes("run/" + $0) } == whole)

            for direction in ["AtoB", "BtoA"] {
                try run(["translate", "kinds/A/0.png", "-m", "run", "-o", direction + ".png", "--direction", direction])
                try run(["models", "export", "run", "-o", direction + ".safetensors", "--direction", direction])
                // The same weights by PyTorch's names, as another program would hand them on.
                try run([
                    "translate", "kinds/A/0.png", "-m", direction + ".safetensors", "-o", direction + "-again.png",
                    "--no-provenance",
                ])
                let images = try ["", "-again"].map {
                    try Image.read(place.path + "/" + direction + $0 + ".png").samples
                }
                #expect(images[0] == images[1])
            }
            #expect(try place.bytes("AtoB.safetensors") != place.bytes("BtoA.safetensors"))
            // The way back is measured as it is by itself, with the other side of the pairs as the input.
            let told = try ["run", "run/model/BtoA"].map {
                try run(["evaluate", $0, "--data", "kinds", "--direction", "BtoA"]).output
                    .split(separator: "\n").first { $0.contains("0.") }?.split(separator: " ").suffix(3)
            }
            #expect(told[0] != nil && told[0] == told[1])

            try run(training + ["--from", "run", "--lr", "1e-9", "--ema", "0", "--out", "next"])
            for way in ["model", "model/BtoA"] {
                let weights = try ["run", "next"].map {
                    try Safetensors.read(place.path + "/\($0)/\(way)/model.safetensors").tensors
                }
                for (name, value) in weights[0] {
                    let other = try #require(weights[1][name])
                    #expect((value - other).norm <= 1e-3 * value.norm + 1e-4, "\(way) \(name)")
                }
            }
            let other = try run(training + ["--from", "run", "--ngf", "4", "--out", "wider"], status: 64)
            #expect(other.errors.contains("Leave out"))
            let oneWay = try run(training + ["--from", "AtoB.safetensors", "--out", "back"], status: 64)
            #expect(oneWay.errors.contains("AtoB.safetensors"))
        }

        /// A classifier of one's own lends its features to the loss and to the judges; the run finds it again.
        @Test func aClassifierLendsItsFeatures() throws {
            try run(place.training("classifier", out: "eyes", steps: 2))
            let training =
                ["train", "pix2pix", "--data", "shapes", "--sketch", "lines", "--net-g", "unet_16"] + small
                + ["--crop-size", "16", "--perceptual", "eyes", "--perceptual-weight", "2", "--projected", "eyes"]
                + ["--augment", "color,cutout", "--checkerboard", "20"]
            try run(training + ["--steps", "3", "--checkpoint-every", "2", "--out", "run"])
            #expect(try String(decoding: place.bytes("run/log.jsonl"), as: UTF8.self).contains("\"perceptual\""))
            let model = try String(decoding: place.bytes("run/model/config.json"), as: UTF8.self)
            #expect(model.contains("\"projected\" : \"eyes\"") && model.contains("\"cutout\""))
            #expect(model.contains("\"checkerboardWeight\" : 20"))
            let whole = try place.bytes("run/checkpoints/step-000003/state.safetensors")
            try FileManager.default.removeItem(atPath: place.path + "/run/checkpoints/step-000003")
            try run(["train", "pix2pix", "--out", "run", "--resume"])
            #expect(try place.bytes("run/checkpoints/step-000003/state.safetensors") == whole)
            try run(
                [
                    "train", "pix2pix", "--data", "shapes", "--sketch", "lines", "--net-g", "unet_16", "--crop-size",
                    "16",
                ]
                    + small + ["--steps", "2", "--out", "plain"])
            for option in ["perceptual", "projected"] {
                let added = try run(
                    ["train", "pix2pix", "--out", "plain", "--resume", "--steps", "3", "--" + option, "eyes"], status: 1
                )
                #expect(added.errors.contains(option + ": nothing in the run, eyes now"))
            }
            let missing = try run(training + ["--projected", "nobody", "--out", "other"], status: 64)
            #expect(missing.errors.contains("nobody") && !place.exists("other"))
        }

        @Test func oneModelGoesOnAsAnother() throws {
            let training = ["train", "pix2pix", "--data", "shapes", "--sketch", "lines", "--steps", "2"] + small
            try run(training + ["--net-g", "unet_16", "--crop-size", "16", "--batch-size", "2", "--out", "first"])
            try run(training + ["--from", "first", "--crop-size", "32", "--load-size", "36", "--out", "second"])
            let records = try ["first", "second"].map {
                try String(decoding: place.bytes($0 + "/config.json"), as: UTF8.self)
            }
            #expect(
                records[0].contains("\"statistics\" : \"running\"") && records[1].contains("\"statistics\" : \"image\"")
            )
            #expect(records.allSatisfy { $0.contains("\"depth\" : 4") } && records[1].contains("\"cropSize\" : 32"))
            let made = try String(decoding: place.bytes("second/model/config.json"), as: UTF8.self)
            #expect(made.contains("\"from\" : \"first\""))
            let more = try run(["train", "pix2pix", "--out", "second", "--resume", "--steps", "3"])
            #expect(more.errors.contains("Continuing from step 2.") && place.exists("second/checkpoints/step-000003"))
            let faster = try run(["train", "pix2pix", "--out", "second", "--resume", "--lr", "1"], status: 1)
            #expect(faster.errors.contains("model.training.learningRate: 0.0002 in the run, 1 now"))
            let other = try run(
                training + ["--from", "first", "--ngf", "4", "--crop-size", "16", "--out", "third"], status: 64)
            #expect(other.errors.contains("unet_16 with --ngf 2") && other.errors.contains("Leave out"))
            #expect(!place.exists("third"))
            let oneWay = try run(
                ["translate", "shapes", "-m", "first", "-o", "out", "--direction", "BtoA"], status: 64)
            #expect(oneWay.errors.contains("in one direction only"))
        }

        @Test func mistakesAreTold() throws {
            let flat = try run(["train", "cyclegan", "--data", "shapes", "--out", "run"], status: 1)
            #expect(flat.errors.contains("trainA/ and trainB/"))
            for arguments in [
                ["--data", "kinds", "--pool-size", "-1"], ["--data", "kinds", "--lambda-A", "-1"], [],
                ["--data", "kinds", "--input-channels", "1", "--output-channels", "3", "--lambda-identity", "1"],
                ["--data", "kinds", "--crop-size", "18"], ["--data", "kinds", "--n-epochs", "\(Int.max)"],
            ] {
                try run(["train", "cyclegan", "--out", "run"] + arguments, status: 64)
            }
        }
    }
}
