import Foundation
import ImageFiles
import Layers
import Models
import Pix2Pix
import TensorCore
import Testing
import Training

extension ProgramTests {
    /// `atelier evaluate` with translators.
    @Suite struct EvaluateTests {
        private let place: Workplace
        private let network: any TranslationGenerator

        /// Six training pairs, of which two are also the test pairs, and a network with fresh weights.
        init() throws {
            place = try Workplace()
            for number in 0..<6 { try place.write(Workplace.whole(number), to: "pairs/train/\(number).png") }
            for number in [1, 4] { try place.write(Workplace.whole(number), to: "pairs/test/\(number).png") }
            var configuration = Pix2PixConfiguration()
            (configuration.generator.depth, configuration.generator.width) = (4, 4)
            (configuration.frame.cropSize, configuration.frame.loadSize) = (16, 18)
            network = configuration.generator.makeGenerator(random: Random(seed: 3))
            try configuration.manifest(name: "unet", provenance: [:])
                .write(to: place.path + "/unet", weights: network.state(), precision: .float32)
        }

        private func evaluate(_ arguments: String...) throws -> Program.Result {
            try Program.run(["evaluate"] + arguments, in: place.path)
        }

        private struct Report: Decodable {
            struct Row: Decodable {
                var name: String
                var l1: Double
                var ssim: Double
                var frechet: Double?
                var kernel: Double?
            }
            var model: Row
            var baselines: [Row]
            var pairs: Int
            var split: String
            var features: String?
        }

        private func report(_ result: Program.Result) throws -> Report {
            #expect(result.status == 0, "\(result.errors)")
            return try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
        }

        private func values(_ image: Image) -> [Float] {
            guard case .bits8(let samples) = image.samples else { return [] }
            let area = image.width * image.height
            return (0..<3 * area).map { Float(samples[$0 % area * 3 + $0 / area]) / 127.5 - 1 }
        }

        @Test func figuresAreThoseOfTheNetworkOnTheTestPairs() throws {
            let measured = try report(evaluate("unet", "--data", "pairs", "--features", "none", "--json"))
            #expect(measured.pairs == 2 && measured.split == "test" && measured.baselines.isEmpty)
            #expect(measured.model.name == "unet" && measured.model.frechet == nil)
            let expected = [1, 4].map { number in
                let (drawing, colors) = Workplace.pair(number)
                let input = Tensor(values(drawing), shape: [1, 3, 16, 16])
                let made = network(input, .applied(imageStatistics: true, noise: nil)).detached.values
                let target = values(colors)
                return zip(made, target).reduce(0.0) { $0 + Double(abs($1.0 - $1.1)) } / Double(2 * target.count)
            }
            #expect(abs(measured.model.l1 - expected.reduce(0, +) / 2) < 0.003)
            let other = try report(evaluate("unet", "--data", "pairs", "--direction", "BtoA", "--json"))
            #expect(abs(other.model.l1 - measured.model.l1) > 0.001)
            let all = try report(evaluate("unet", "--data", "pairs", "--split", "train", "--limit", "3", "--json"))
            #expect(all.pairs == 3 && all.split == "train")
            #expect(all.features == "imagenet-features" && all.model.frechet ?? -1 > 0 && all.model.kernel != nil)
        }

        @Test func baselinesStandBesideTheModel() throws {
            try Safetensors.write(network.state(), to: place.path + "/latest_net_G.safetensors", precision: .float32)
            #expect(try Program.run(place.training("classifier", out: "judge", steps: 2), in: place.path).status == 0)
            let measured = try report(
                evaluate(
                    "unet", "--data", "pairs", "--classifier", "judge", "--baselines", "--sheet", "s.png", "--json"))
            #expect(measured.baselines.count == 2 && measured.model.frechet ?? -1 > 0)
            // The test pairs are among the training pairs, so memory is perfect.
            #expect(measured.baselines[1].l1 == 0 && measured.baselines[1].ssim > 0.999)
            #expect(measured.baselines[1].frechet ?? 1 < 1e-6)
            #expect(measured.baselines[0].l1 > 0 && measured.baselines[0].l1 < 0.2)
            let sheet = try Image.header(of: place.path + "/s.png")
            #expect(sheet.width > 2 * sheet.height / 2 && sheet.channels == 3)
            let words = try evaluate(
                "latest_net_G.safetensors", "--data", "pairs", "--limit", "1", "--features", "none")
            #expect(words.status == 0 && words.output.contains("PSNR") && words.output.contains("--classifier MODEL"))
        }

        @Test func whatCannotBeMeasuredIsSaid() throws {
            try FileManager.default.createDirectory(atPath: place.path + "/started", withIntermediateDirectories: true)
            try Data("{}".utf8).write(to: URL(fileURLWithPath: place.path + "/started/config.json"))
            for (arguments, status, words) in [
                (["unet", "--data", "pairs", "--count", "20"], Int32(64), "--count does not apply to a translator"),
                (["unet", "--data", "pairs", "--split", "val"], 1, "no val split"),
                (["unet", "--data", "shapes"], 1, "--sketch lines"),
                (["unet", "--data", "nowhere"], 1, "nowhere"),
                (["missing", "--data", "pairs"], 64, "no model called"),
                (["started", "--data", "pairs", "--classifier", "unet"], 64, "without a model yet"),
                (["unet", "--data", "pairs", "--classifier", "missing"], 64, "no model called"),
                (["unet", "--data", "pairs", "--classifier", "unet"], 64, "a classifier is needed"),
                (["unet", "--data", "pairs", "--direction", "up"], 64, "AtoB"),
                (["unet", "--data", "pairs", "--sheet-pairs", "3"], 64, "--sheet FILE"),
            ] {
                let result = try Program.run(["evaluate"] + arguments, in: place.path)
                #expect(result.status == status && result.errors.contains(words), "\(arguments): \(result.errors)")
            }
            try Data([1, 2, 3]).write(to: URL(fileURLWithPath: place.path + "/pairs/test/4.png"))
            let rest = try evaluate("unet", "--data", "pairs")
            #expect(rest.status == 0 && rest.errors.contains("4.png") && rest.output.contains("1 pair of"))
        }
    }
}
