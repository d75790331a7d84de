import Foundation
import ImageFiles
import Layers
import Models
import SuperResolution
import TensorCore
import TestSupport
import Testing
import Training

extension ProgramTests {
    /// `atelier evaluate` with upscalers, and with upscaled images that other programs made.
    @Suite struct UpscalingEvaluationTests {
        private let place: Workplace

        /// A network with fresh weights, photos of which one is too small for NIQE, and their results ten levels off.
        init() throws {
            place = try Workplace()
            var configuration = SuperResolutionConfiguration()
            (configuration.generator.scale, configuration.generator.depth) = (2, 1)
            configuration.generator.features = 4
            let network = configuration.generator.makeGenerator(random: Random(seed: 3))
            try configuration.manifest(name: "tiny", provenance: [:])
                .write(to: place.path + "/tiny", weights: network.state())
            try Safetensors.write(Self.perception, to: place.path + "/lpips.safetensors", precision: .float32)
            for folder in ["photos", "results"] {
                let path = place.path + "/" + folder
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            }
            for (name, width) in [("large", 204), ("small", 60)] {
                try Self.photo(width, shift: 0).write(to: place.path + "/photos/\(name).png")
                try Self.photo(width, shift: 10).write(to: place.path + "/results/\(name)_out.png")
            }
        }

        /// AlexNet's shape with two channels.
        private static var perception: [String: Tensor] {
            var state: [String: Tensor] = [:]
            for (place, name) in ["slice1.0", "slice2.3", "slice3.6", "slice4.8", "slice5.10"].enumerated() {
                let kernel = [11, 5, 3, 3, 3][place]
                let shape: Shape = [2, place == 0 ? 3 : 2, kernel, kernel]
                state["net.\(name).weight"] = Random(seed: UInt64(place)).normal(shape)
                state["net.\(name).bias"] = Tensor.zeros([2])
                state["lin\(place).model.1.weight"] = Tensor.ones([1, 2, 1, 1])
            }
            return state
        }

        private static func photo(_ width: Int, shift: Int) -> Image {
            let grain = Random(seed: UInt64(width)).integers(width * 104 * 3, in: 0..<90)
            let samples = grain.enumerated().map { index, level -> UInt8 in
                let slope = index % (3 * width) / 3 * 150 / width
                return UInt8(level + slope + shift)
            }
            return Image(width: width, height: 104, channels: 3, samples8: samples)
        }

        private func evaluate(_ arguments: String...) throws -> Program.Result {
            try Program.run(
                ["evaluate"] + arguments, in: place.path,
                environment: ["ATELIER_MODELS": Fixtures.packageFolder + "/Models"])
        }

        private struct Report: Decodable {
            struct Row: Decodable {
                struct Figures: Decodable {
                    var psnr: Double
                }
                var name: String
                var figures: Figures
                var niqe: Double?
                var lpips: Double?
            }
            var rows: [Row]
            var photoNiqe: Double?
            var border: Int
        }

        private struct Naturalness: Decodable {
            var images: Int
            var niqe: Double
            var files: [String: Double]
        }

        private func report<Content: Decodable>(_ type: Content.Type, _ result: Program.Result) throws -> Content {
            #expect(result.status == 0, "\(result.errors)")
            return try JSONDecoder().decode(type, from: Data(result.output.utf8))
        }

        @Test func looksAreMeasuredWhereTheyAreAskedFor() throws {
            let plain = try report(Report.self, evaluate("tiny", "--data", "photos", "--json"))
            #expect(plain.rows.map(\.name) == ["tiny", "bicubic", "lanczos"] && plain.border == 2)
            #expect(plain.photoNiqe == nil && plain.rows.allSatisfy { $0.niqe == nil && $0.lpips == nil })
            let both = try report(
                Report.self,
                evaluate("tiny", "--data", "photos", "--niqe", "--lpips", "lpips.safetensors", "--json"))
            #expect(both.photoNiqe ?? 0 > 0)
            #expect(both.rows.allSatisfy { $0.niqe ?? 0 > 0 && $0.lpips ?? 0 > 0 })
            #expect(both.rows.map(\.figures.psnr) == plain.rows.map(\.figures.psnr))
            let words = try evaluate("tiny", "--data", "photos", "--niqe")
            #expect(words.output.contains("NIQE") && words.output.contains("the photos"))
            #expect(!words.output.contains("LPIPS") && words.errors.contains("the mean of 1 of 2 images"))
        }

        @Test func resultsOfOtherProgramsAreMeasuredBesideThePhotosAndAlone() throws {
            let beside = try report(
                Report.self,
                evaluate(
                    "results", "--data", "photos", "--shave", "2", "--niqe", "--lpips", "lpips.safetensors", "--json"))
            #expect(beside.rows.map(\.name) == ["results"] && beside.rows[0].lpips ?? 0 > 0)
            #expect(abs(beside.rows[0].figures.psnr - 28.1308) < 1e-3)
            let alone = try report(Naturalness.self, evaluate("photos", "--niqe", "--shave", "2", "--json"))
            #expect(alone.images == 1 && Array(alone.files.keys) == ["large.png"])
            #expect(abs(alone.niqe - (beside.photoNiqe ?? 0)) < 1e-6)
            let words = try evaluate("photos", "--niqe")
            #expect(words.output.contains("large.png") && words.errors.contains("1 image left out: too small"))
        }

        @Test func whatMeansNothingIsRefused() throws {
            for (arguments, words) in [
                (["results"], "--data DIR"), (["tiny", "--data", "photos", "--shave", "3"], "--shave"),
                (["results", "--data", "shapes"], "--classifier"), (["results", "--niqe", "--limit", "3"], "--limit"),
                (["results", "--data", "photos", "--shave=-1"], "negative"),
            ] {
                let refused = try Program.run(["evaluate"] + arguments, in: place.path)
                #expect(refused.status == 64 && refused.errors.contains(words), "\(refused.errors)")
            }
        }
    }
}
