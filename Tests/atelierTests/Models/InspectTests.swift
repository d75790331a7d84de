import Foundation
import ImageFiles
import TestSupport
import Testing

extension ProgramTests {
    /// `models inspect`, and what is said of licenses.
    @Suite struct InspectTests {
        private let place: Workplace

        init() throws { place = try Workplace() }

        private func run(_ arguments: String...) throws -> Program.Result {
            try Program.run(arguments, in: place.path)
        }

        private func fixture(_ name: String) -> String { Fixtures.path("ForeignWeights/" + name) }

        @Test func aFileIsDescribed() throws {
            let result = try run("models", "inspect", fixture("network-rrdb-x2.pth"))
            #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
            for words in [
                "RRDBNet ×2", "PyTorch", "params_ema (a moving average)", "stored as F16", "×2", "2.57 GMAC",
                "estimated", "row by row, which is exact", "not stated", "none that is unusual", "usable", "yes",
            ] { #expect(result.output.contains(words), "\(words): \(result.output)") }
            let line = try run("models", "inspect", fixture("network-rrdb-x2.pth"), "--json", "--no-time")
            let report = try #require(
                try JSONSerialization.jsonObject(with: Data(line.output.utf8)) as? [String: Any])
            #expect(report["usable"] as? Bool == true && report["scale"] as? Int == 2)
            #expect(report["multiplyAddsPerMegapixel"] as? Double == 2_574_000_000)
            #expect(report["secondsPerMegapixel"] == nil && report["pickleUnusual"] as? [String] == [])
        }

        @Test func aWholeModelIsReadAndAFaultyFileIsAFailure() throws {
            let whole = try run("models", "inspect", fixture("whole-wrapped.pth"), "--no-time")
            #expect(whole.status == 0 && whole.output.contains("saved whole and read as data"), "\(whole.output)")
            let wrong = try run("models", "inspect", fixture("wrong-lora.safetensors"))
            #expect(wrong.status == 1 && wrong.output.contains("no: ") && wrong.output.contains("LoRA"))
            #expect(try run("models", "inspect", "nowhere.pth").status == 64)
        }

        @Test(arguments: ["wrong-diffusion.ckpt", "wrong-optimizer.pth", "wrong-volumes.pth", "script-frozen.pth"])
        func everyCommandSaysWhatAWrongFileIs(name: String) throws {
            let inspected = try run("models", "inspect", fixture(name))
            let line = try #require(inspected.lines.first { $0.contains("no: ") })
            let problem = try #require(line.components(separatedBy: "no: ").last)
            for arguments in [
                ["models", "import", fixture(name), "-o", "out"], ["models", "show", fixture(name)],
                ["upscale", "shapes/bar/1.png", "-m", fixture(name), "-o", "x.png"],
            ] {
                let result = try Program.run(arguments, in: place.path)
                #expect(result.status == 1 && result.errors.contains(problem), "\(arguments): \(result.errors)")
            }
            #expect(!place.exists("out") && !place.exists("x.png"))
        }

        @Test func modelsThatKeepTheSizeDoNotEnlarge() throws {
            try place.writeUpscaler("same", scale: 1)
            #expect(try run("upscale", "shapes/bar/1.png", "-m", "same", "-o", "a.png").status == 0)
            #expect(try run("upscale", "shapes/bar/1.png", "-m", "same", "-s", "1", "-o", "b.png").status == 0)
            let result = try run("upscale", "shapes/bar/1.png", "-m", "same", "-s", "4", "-o", "c.png")
            #expect(result.status == 64 && result.errors.contains("keeps the size"), "\(result.errors)")
            #expect(result.errors.contains("a model that enlarges"))
        }

        @Test func licensesAreRecordedAndSaidOnce() throws {
            let file = fixture("network-rrdb-x2.pth")
            let imported = try run(
                "models", "import", file, "-o", "mine", "--license", "CC-BY-NC-SA-4.0", "--source",
                "https://example.org/4x")
            #expect(imported.status == 0, "\(imported.errors)")
            #expect(imported.output.contains("forbids commercial use"))
            let shown = try run("models", "show", "mine")
            #expect(shown.output.contains("CC-BY-NC-SA-4.0") && shown.output.contains("https://example.org/4x"))
            let upscale = ["upscale", "shapes/bar/1.png", "-m", "mine", "-o", "x.png"]
            let quiet = try Program.run(upscale + ["--quiet"], in: place.path)
            #expect(quiet.status == 0 && quiet.errors.isEmpty, "\(quiet.errors)")
            let note = "Note: the license of mine forbids commercial use: CC-BY-NC-SA-4.0"
            #expect(try Program.run(upscale, in: place.path).errors.contains(note))
            let again = try Program.run(upscale, in: place.path)
            #expect(again.status == 0 && !again.errors.contains("commercial"), "\(again.errors)")
            #expect(try run("models", "import", file, "-o", "plain").output.contains("license: unknown"))
        }
    }
}
