import Atelier
import Foundation
import Layers
import Models
import SuperResolution
import TensorCore
import TestSupport
import Testing

/// Reports of what model files hold.
@Suite struct InspectionTests {
    private static func fixture(_ name: String) -> String { Fixtures.path("ForeignWeights/" + name) }

    @Test func anUpscalersFile() throws {
        let report = try ModelInspection(of: Self.fixture("network-compact-x3.safetensors"))
        #expect(report.format == "safetensors" && report.problem == nil && report.pickle == nil)
        let weights = try #require(report.weights)
        // 3·5·9 + 2·(5·5·9) + 5·27·9 of convolutions, with their biases and three PReLUs of 5.
        #expect(weights.numberCount == 135 + 450 + 1215 + 3 * 5 + 27 + 3 * 5)
        #expect(weights.types.map(\.name) == ["F16"] && weights.types[0].count == weights.numberCount)
        let network = try #require(report.network)
        #expect(network.scale == 3 && network.inputChannels == 3 && network.outputChannels == 3)
        #expect(network.architecture == "compact" && network.task == .upscale)
        let work = try #require(network.work)
        // Every pixel takes each weight of a convolution once.
        #expect(work.unit == .megapixel && work.multiplyAdds == Double(135 + 450 + 1215) * 1e6)
        #expect(try #require(work.seconds) > 0)
        #expect(try #require(work.memoryBytes) > 9_000_000)
        let tiles = try #require(network.tiles)
        #expect(!tiles.needsNone && tiles.exactMargin > 0 && tiles.exactMargin < 10 && tiles.areExact)
    }

    @Test func multiplyAddsCountUpscaledAndFoldedPixels() throws {
        let report = try ModelInspection(of: Self.fixture("network-rrdb-x2.pth"), measuresTime: false)
        let network = try #require(report.network)
        #expect(network.work?.seconds == nil && network.scale == 2)
        #expect(network.taken?.contains("params_ema") == true)
        // A fourth of the pixels: the first convolution, three dense blocks, one more; four times these, and sixteen
        // times for what is computed of the enlarged features.
        let dense = 9 * (4 * 2 + 6 * 2 + 8 * 2 + 10 * 2 + 12 * 4)
        let small = 9 * 12 * 4 + 3 * dense + 9 * 4 * 4
        let large = 4 * 9 * 4 * 4 + 16 * 9 * (4 * 4 + 4 * 4 + 4 * 3)
        #expect(network.work?.multiplyAdds == Double(small + large) / 4 * 1e6)
        #expect(network.tiles?.needsNone == true && network.tiles?.areExact == true)
        let pickle = try #require(report.pickle)
        #expect(pickle.unusual.isEmpty && pickle.data.isEmpty && pickle.className == nil)
        #expect(pickle.needed.contains("torch._utils._rebuild_tensor_v2"))
    }

    @Test(arguments: [
        ("network-unet_128.pth", ModelTask.translate), ("network-resnet_9blocks.safetensors", .translate),
        ("ncnn-compact.param", .upscale), ("ncnn-compact-half.bin", .upscale), ("whole-compact.pth", .upscale),
        ("network-msrresnet-x4.pth", .upscale),
    ])
    func everyKindOfFile(name: String, task: ModelTask) throws {
        let report = try ModelInspection(of: Self.fixture(name))
        #expect(report.problem == nil, "\(report.problem ?? "")")
        #expect(report.network?.task == task)
        #expect(try #require(report.network?.work).multiplyAdds > 0)
        #expect(try #require(report.network?.work?.seconds) > 0)
    }

    @Test func foldersHaveALicenseAndASource() throws {
        let shelf = try ModelShelf()
        try Model(file: Self.fixture("network-compact-x3.safetensors"), among: .known).write(
            to: shelf.path + "/a", license: "CC-BY-NC-4.0", origin: "https://example.org")
        let report = try ModelInspection(of: "a", in: shelf.store)
        #expect(report.license == "CC-BY-NC-4.0" && report.forbidsCommercialUse)
        #expect(report.source == "https://example.org" && report.format == "model folder")
        #expect(report.weights?.types.map(\.name) == ["F16"] && report.network?.scale == 3)
        #expect(try Model.load("a", in: [shelf.path]).license == "CC-BY-NC-4.0")
        #expect(throws: ModelError.self) { try ModelInspection(of: "nothing", in: shelf.store) }
        try shelf.add(ModelShelf.cgan, to: "generator")
        let generator = try #require(try ModelInspection(of: "generator", in: shelf.store).network)
        #expect(generator.work?.unit == .image && generator.imageSize?.width == 16)
        #expect(try #require(generator.work?.seconds) > 0)
    }

    @Test func damagedWeightsAreNamed() throws {
        let shelf = try ModelShelf()
        let model = try Model(file: Self.fixture("network-compact-x3.safetensors"), among: .known)
        var weights = model.weights
        weights["body.2.bias"] = .full([5], .nan)
        weights["body.1.weight"] = .full([5], .infinity)
        let path = shelf.path + "/damaged.safetensors"
        try Safetensors.write(weights, to: path, precision: .float32, metadata: ["license": "MIT"])
        let report = try ModelInspection(of: path)
        #expect(report.weights?.nonFinite == ["body.1.weight", "body.2.bias"])
        #expect(report.problem?.contains("body.1.weight and 1 more") == true)
        #expect(report.license == "MIT" && !report.forbidsCommercialUse)
        #expect(report.network?.scale == 3)
    }
}
