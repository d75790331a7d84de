import Foundation
import ImageFiles
import Models
import Testing

extension ProgramTests {
    /// Translators that learn classes, color hints and palettes, from the training to the images.
    @Suite struct ConditionTests {
        private let place: Workplace

        init() throws { place = try Workplace() }

        @discardableResult private func run(_ arguments: String..., status: Int32 = 0) throws -> Program.Result {
            let result = try Program.run(arguments, in: place.path)
            #expect(result.status == status, "\(arguments): \(result.errors)")
            return result
        }

        private func train(_ more: [String]) throws {
            let common = [
                "train", "pix2pix", "--data", "shapes", "--out", "run", "--crop-size", "16", "--ngf", "2", "--ndf", "2",
                "--patch", "16", "--steps", "3", "--checkpoint-every", "2", "--sample-every", "0", "--seed", "3",
                "--output-channels", "3",
            ]
            let result = try Program.run(common + more, in: place.path)
            #expect(result.status == 0, "\(result.errors)")
        }

        /// White paper with a gray frame and a red dab in it.
        private func drawing(dab: [UInt8]) throws {
            let samples = (0..<256).flatMap { i -> [UInt8] in
                let distance = max(abs(2 * (i % 16) - 15), abs(2 * (i / 16) - 15))
                return distance == 11 ? [20, 20, 20] : distance < 5 ? dab : [255, 255, 255]
            }
            try Image(width: 16, height: 16, channels: 3, samples8: samples).write(to: place.path + "/drawing.png")
        }

        private func pixels(_ name: String) throws -> Image.Samples { try Image.read(place.path + "/" + name).samples }

        @Test func classesAndHintsDecideWhatBecomesOfADrawing() throws {
            try train(["--sketch", "any", "--classes", "--color-hints"])
            let manifest = try ModelManifest.read(from: place.path + "/run/model")
            #expect(manifest.classes == ["bar", "Big Disc", "square"])
            #expect(manifest.training[key: "variation"] != nil && manifest.training[key: "hints"] != nil)
            #expect(try run("models", "show", "run").output.contains("Big Disc"))

            try drawing(dab: [230, 20, 20])
            func translate(_ name: String, _ more: String...) throws {
                let common = ["translate", "drawing.png", "-m", "run", "-o", name + ".png"]
                let result = try Program.run(common + more, in: place.path)
                #expect(result.status == 0, "\(result.errors)")
            }
            try translate("plain")
            try translate("disc", "--class", "big disc")
            try translate("bar", "--class", "bar", "--no-hints")
            try translate("bar-hints", "--class", "0")
            #expect(try pixels("disc.png") != pixels("plain.png"))
            #expect(try pixels("bar.png") != pixels("bar-hints.png"))
            // The class and the choice of hints are in the recipe of the image.
            for name in ["disc", "bar"] {
                try run("remake", name + ".png")
            }
            // Dabs of their own do what dabs on the drawing do.
            let dabs = (0..<256).flatMap { i -> [UInt8] in
                let (x, y): (Int, Int) = (abs(2 * (i % 16) - 15), abs(2 * (i / 16) - 15))
                return max(x, y) < 5 ? [230, 20, 20, 255] : [0, 0, 0, 0]
            }
            try Image(width: 16, height: 16, channels: 4, samples8: dabs).write(to: place.path + "/dabs.png")
            try drawing(dab: [255, 255, 255])
            try translate("bar-file", "--class", "bar", "--hints", "dabs.png")
            #expect(try pixels("bar-file.png") == pixels("bar-hints.png"))

            #expect(
                try run("translate", "drawing.png", "-m", "run", "-o", "x.png", "--class", "rose", status: 64).errors
                    .contains("Big Disc"))
            try train(["--resume"])
        }

        /// Regions get the color of their dabs, unless it is said otherwise; both can be made again.
        @Test func aNetworkWithAPaletteFillsRegions() throws {
            try train(["--sketch", "lines", "--palette", "3", "--color-hints"])
            try drawing(dab: [230, 20, 20])
            for (name, more) in [("filled", []), ("flat", ["--flat"]), ("not", ["--no-flat"])] {
                let arguments = ["translate", "drawing.png", "-m", "run", "-o", name + ".png"]
                let result = try Program.run(arguments + more, in: place.path)
                #expect(result.status == 0, "\(result.errors)")
                let made = try pixels(name + ".png")
                try run("remake", name + ".png")
                #expect(try pixels(name + ".png") == made)
            }
            #expect(try pixels("filled.png") == pixels("flat.png"))
            #expect(try pixels("filled.png") != pixels("not.png"))
        }

        @Test func aPaletteIsFittedToTheTargets() throws {
            try train(
                ["--sketch", "lines", "--sketch", "ink", "--sketch", "lines"]
                    + ["--palette", "3", "--regions", "1", "--vary-drawings", "0.5"])
            let manifest = try ModelManifest.read(from: place.path + "/run/model")
            // A hand that is named twice draws twice as often.
            let hands = manifest.training[key: "sketches"]?[key: "techniques"]?.elements
            #expect(hands == [.text("lines"), .text("ink"), .text("lines")])
            #expect(manifest.architecture[key: "palette"]?.elements.count == 3)
            try run("translate", "shapes/bar/1.png", "-m", "run", "-o", "made.png")
            #expect(try Image.read(place.path + "/made.png").channels == 3)
            try run("models", "export", "run", "-o", "model.onnx")
        }

        @Test func whatAModelDoesNotKnowIsRefused() throws {
            try train(["--sketch", "lines"])
            try drawing(dab: [230, 20, 20])
            for (option, value) in [("--class", "bar"), ("--hints", "drawing.png")] {
                let refused = try run("translate", "drawing.png", "-m", "run", "-o", "x.png", option, value, status: 64)
                #expect(refused.errors.contains("leave out \(option)"), "\(refused.errors)")
            }
            try FileManager.default.createDirectory(atPath: place.path + "/flat", withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                atPath: place.path + "/shapes/bar/1.png", toPath: place.path + "/flat/1.png")
            let flat = try Program.run(
                [
                    "train", "pix2pix", "--data", "flat", "--sketch", "lines", "--classes", "--crop-size", "16",
                    "--out", "f",
                ],
                in: place.path)
            #expect(flat.status != 0 && flat.errors.contains("no folder of its class"), "\(flat.errors)")
        }
    }
}
