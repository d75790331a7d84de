import Foundation
import ImageFiles
import Layers
import Models
import Pix2Pix
import TensorCore
import TestSupport
import Testing
import Training

extension ProgramTests {
    @Suite struct TranslateTests {
        private let place: Workplace
        private let network: any TranslationGenerator

        init() throws {
            place = try Workplace()
            var configuration = Pix2PixConfiguration()
            (configuration.generator.depth, configuration.generator.width) = (6, 4)
            configuration.fit = .auto
            network = configuration.generator.makeGenerator(random: Random(seed: 3))
            try configuration.manifest(name: "unet", provenance: [:])
                .write(to: place.path + "/unet", weights: network.state(), precision: .float32)
        }

        @discardableResult private func image(
            _ name: String, _ width: Int, _ height: Int, channels: Int = 3, bits: Int = 8
        ) throws -> Image {
            let values = (0..<width * height * channels).map {
                UInt16(truncatingIfNeeded: $0 &* 2017 &+ $0 / 97 &* 5003)
            }
            let image =
                bits == 16
                ? Image(width: width, height: height, channels: channels, samples16: values)
                : Image(width: width, height: height, channels: channels, samples8: values.map { UInt8($0 >> 8) })
            let path = place.path + "/" + name
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try image.write(to: path)
            return image
        }

        private func input(_ image: Image) -> Tensor {
            guard case .bits8(let samples) = image.samples else { return .zeros([1, 3, image.height, image.width]) }
            let (area, channels) = (image.width * image.height, image.channels)
            return Tensor(shape: [1, channels, image.height, image.width]) { buffer in
                for i in 0..<area {
                    for c in 0..<channels { buffer[c * area + i] = Float(samples[i * channels + c]) / 127.5 - 1 }
                }
            }
        }

        private func largestDifference(_ image: Image, _ expected: Tensor) -> Int {
            guard case .bits8(let samples) = image.samples, samples.count == expected.shape.count else { return 255 }
            let (area, channels) = (image.width * image.height, image.channels)
            let values = expected.values
            return samples.indices.map { i in
                let value = (min(max(values[i % channels * area + i / channels], -1), 1) + 1) * 127.5
                return abs(Int(samples[i]) - Int(value.rounded()))
            }.max() ?? 255
        }

        @Test(arguments: ["running", "image"]) func theNetworkIsAppliedAsItIs(statistics: String) throws {
            let image = try image("in/a.png", 128, 64)
            let result = try Program.run(
                ["translate", "in", "-m", "unet", "-o", "out", "--statistics", statistics], in: place.path)
            #expect(result.status == 0, "\(result.errors)")
            let mode = statistics == "image" ? ForwardMode.applied(imageStatistics: true, noise: nil) : .inference
            let expected = network(input(image), mode).detached
            #expect(largestDifference(try Image.read(place.path + "/out/a.png"), expected) <= 1)
        }

        /// A file of weights alone, by the names that public programs use.
        @Test func aFileOfWeightsIsAModel() throws {
            let image = try image("a.png", 64, 64)
            try Safetensors.write(network.state(), to: place.path + "/latest_net_G.safetensors", precision: .float32)
            let result = try Program.run(
                ["translate", "a.png", "-m", "latest_net_G.safetensors", "-o", "b.png"], in: place.path)
            #expect(result.status == 0, "\(result.errors)")
            let expected = network(input(image), .applied(imageStatistics: true, noise: nil)).detached
            let made = try Image.read(place.path + "/b.png")
            #expect(largestDifference(made, expected) <= 1)
            #expect(made.metadata.text.contains { $0.keyword == "Model" && $0.value == "latest_net_G" })
        }

        @Test func everySizeAndKindComesBackAsItWas() throws {
            let kinds = [(1, 1, 3, 8), (33, 70, 1, 8), (50, 20, 4, 8), (40, 40, 3, 16), (300, 260, 2, 16)]
            for (number, kind) in kinds.enumerated() {
                try image("in/\(number).png", kind.0, kind.1, channels: kind.2, bits: kind.3)
            }
            for fit in ["auto", "pad", "tile", "resize"] {
                let result = try Program.run(
                    [
                        "translate", "in", "-m", "unet", "-o", fit, "--fit", fit, "--tile", "64", "--overlap",
                        "16", "--size", "64",
                    ], in: place.path)
                #expect(result.status == 0, "\(result.errors)")
                for (number, kind) in kinds.enumerated() {
                    let header = try Image.header(of: place.path + "/\(fit)/\(number).png")
                    #expect(header.width == kind.0 && header.height == kind.1 && header.bitDepth == kind.3)
                    #expect(header.channels == 3)
                }
            }
        }

        @Test func precisionIsAChoice() throws {
            try image("a.png", 64, 64)
            func made(_ precision: String...) throws -> Data {
                let arguments = ["translate", "a.png", "-m", "unet", "-o", "b.png", "--no-provenance"] + precision
                #expect(try Program.run(arguments, in: place.path).status == 0)
                return try place.bytes("b.png")
            }
            let exact = try made("--precision", "f32")
            #expect(try made() == exact && made("--precision", "bf16") != exact)
        }

        @Test func colorsOfColorsKeepTheirProfile() throws {
            let profile = Array(try Fixtures.data("ImageFiles/srgb.icc"))
            let cases: [(Int, [UInt8]?)] = [(3, profile), (4, profile), (1, nil)]
            for (channels, expected) in cases {
                var image = try image("a.png", 32, 32, channels: channels)
                image.metadata.iccProfile = profile
                image.metadata.density = .dotsPerInch(300)
                try image.write(to: place.path + "/a.png")
                let result = try Program.run(["translate", "a.png", "-m", "unet", "-o", "b.png"], in: place.path)
                #expect(result.status == 0)
                let metadata = try Image.read(place.path + "/b.png").metadata
                #expect(metadata.iccProfile == expected)
                #expect(abs((metadata.density?.x ?? 0) - 300 / 0.0254) < 1)
            }
        }

        /// What a model says of itself holds unless the command line says otherwise.
        @Test func modelsMaySayHowImagesFit() throws {
            try image("a.png", 100, 60)
            let config = place.path + "/unet/config.json"
            let text = try String(contentsOfFile: config, encoding: .utf8)
            func made(_ more: String...) throws -> Data {
                let arguments = ["translate", "a.png", "-m", "unet", "-o", "b.png", "--no-provenance"] + more
                #expect(try Program.run(arguments, in: place.path).status == 0)
                return try place.bytes("b.png")
            }
            let (padded, resized) = (try made(), try made("--fit", "resize"))
            #expect(padded != resized)
            let changed = text.replacing(#/"fit" ?: ?"auto"/#, with: "\"fit\" : \"resize\"")
            #expect(changed != text)
            try changed.write(toFile: config, atomically: true, encoding: .utf8)
            #expect(try made() == resized)
            #expect(try made("--fit", "pad") == padded)
        }

        @Test func paperDoesNotCount() throws {
            func drawing(_ name: String, paper: (Int, Int) -> Double, ink: Double) throws {
                let samples = (0..<64 * 64).map { i in
                    UInt8(paper(i % 64, i / 64) * (i % 64 / 3 == 9 || i / 64 / 3 == 7 ? ink : 1))
                }
                try Image(width: 64, height: 64, channels: 1, samples8: samples).write(to: place.path + "/" + name)
            }
            try drawing("clean.png", paper: { _, _ in 255 }, ink: 0)
            try drawing("photo.png", paper: { 180 + 0.6 * Double($0) - 0.4 * Double($1) }, ink: 0.3)
            for name in ["clean", "photo"] {
                let arguments = ["translate", name + ".png", "-m", "unet", "-o", name + "-out.png", "--clean"]
                #expect(try Program.run(arguments, in: place.path).status == 0)
            }
            let (a, b) = (try Image.read(place.path + "/clean-out.png"), try Image.read(place.path + "/photo-out.png"))
            guard case .bits8(let first) = a.samples, case .bits8(let second) = b.samples else { return }
            #expect(zip(first, second).allSatisfy { abs(Int($0) - Int($1)) <= 3 })
        }

        @Test func theSeedDecidesTheNoise() throws {
            try image("a.png", 64, 64)
            func made(_ seed: String, _ more: String...) throws -> Data {
                let arguments = ["translate", "a.png", "-m", "unet", "-o", "b.png", "--seed", seed] + more
                #expect(try Program.run(arguments, in: place.path).status == 0)
                return try place.bytes("b.png")
            }
            let first = try made("1", "--dropout", "--no-provenance")
            #expect(try made("1", "--dropout", "--no-provenance") == first)
            #expect(try made("2", "--dropout", "--no-provenance") != first)
            #expect(try made("1", "--no-provenance") == made("2", "--no-provenance"))
        }

        @Test func bothMayStandSideBySideAndSayWhereTheyComeFrom() throws {
            let image = try image("a.png", 40, 30)
            let result = try Program.run(
                ["translate", "a.png", "-m", "unet", "-o", "b.png", "--side-by-side", "--json"],
                in: place.path)
            #expect(result.status == 0 && result.lines.count == 2)
            let both = try Image.read(place.path + "/b.png")
            #expect(both.width == 80 && both.height == 30)
            guard case .bits8(let samples) = both.samples, case .bits8(let own) = image.samples else { return }
            #expect(
                (0..<30).allSatisfy { samples[$0 * 240..<$0 * 240 + 120].elementsEqual(own[$0 * 120..<$0 * 120 + 120]) }
            )
            #expect(both.metadata.text.contains { $0.keyword == "Model" && $0.value == "unet" })
            #expect(both.metadata.xmp?.contains("trainedAlgorithmicMedia") == true)
        }

        @Test func aSheetShowsAllResults() throws {
            for name in ["a", "b", "c"] { try image("in/\(name).png", 64, 32) }
            let arguments = ["translate", "in", "-m", "unet", "--side-by-side", "--grid", "sheet.png"]
            #expect(try Program.run(arguments, in: place.path).status == 0)
            let sheet = try Image.read(place.path + "/sheet.png")
            #expect((640...680).contains(sheet.width) && (160...190).contains(sheet.height))
            #expect(try Program.run(["translate", "in", "-m", "unet", "--grid", "sheet"], in: place.path).status == 64)
        }

        @Test func mistakesAreToldAndTheRestIsDone() throws {
            try image("in/good.png", 32, 32)
            try Data("no image".utf8).write(to: URL(fileURLWithPath: place.path + "/in/bad.png"))
            let result = try Program.run(
                ["translate", "in", "-m", "unet", "-o", "out", "--report", "r.jsonl"], in: place.path)
            #expect(result.status == 1 && result.errors.contains("in/bad.png: not an image"))
            #expect(place.exists("out/good.png") && place.exists("r.jsonl"))
            for arguments in [
                ["in", "-m", "missing"], ["-m", "unet"], ["in", "-m", "unet", "-o", "in"],
                ["in", "-m", "unet", "--shard", "0/4"], ["in", "-m", "unet", "--quality", "0"],
                ["in", "-m", "unet", "--report", "in/good.png"],
                ["in", "-m", "unet", "--overlap", "300"],
            ] {
                let result = try Program.run(["translate"] + arguments, in: place.path)
                #expect(result.status == 64, "\(arguments): \(result.errors)")
            }
        }
    }
}
