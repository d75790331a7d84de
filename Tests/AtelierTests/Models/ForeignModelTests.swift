import Atelier
import ForeignWeights
import Foundation
import Layers
import Models
import Pix2Pix
import SuperResolution
import TensorCore
import TestSupport
import Testing

/// Networks in files as PyTorch and ncnn write them, against the images that PyTorch makes with them.
@Suite struct ForeignModelTests {
    private static func fixture(_ name: String) -> String { Fixtures.path("ForeignWeights/" + name) }

    /// The image of `ForeignWeights/make_fixtures.py`, from 0 to 1.
    private static func image(_ channels: Int, _ height: Int, _ width: Int) -> Tensor {
        var values: [Float] = []
        for c in 0..<channels {
            for y in 0..<height {
                for x in 0..<width { values.append(Float((x * 7 + y * 13 + c * 29 + (x * y) % 11) % 256) / 255) }
            }
        }
        return Tensor(values, shape: [1, channels, height, width])
    }

    private static func answer(_ name: String) throws -> Tensor {
        try #require(try Safetensors.read(fixture("images.safetensors")).tensors[name])
    }

    private static func distance(_ a: Tensor, _ b: Tensor) -> Float {
        guard a.shape == b.shape else { return .infinity }
        return zip(a.values, b.values).map { abs($0 - $1) }.max() ?? 0
    }

    /// Every eighth pixel.
    private static func sampled(_ x: Tensor) -> Tensor {
        let places = (0..<x.shape[2]).filter { $0 % 8 == 0 }
        return x.gathering(places, axis: 2).gathering(places, axis: 3)
    }

    /// Half a gray level of 255 between −1 and 1 is 4e-3.
    @Test(arguments: [
        ("unet_256", "pth", 3, 256), ("unet_128", "pth", 1, 128), ("resnet_9blocks", "safetensors", 3, 64),
    ])
    func translatorsMakePyTorchsImages(name: String, ending: String, channels: Int, side: Int) throws {
        let model = try Model(foreign: Self.fixture("network-\(name).\(ending)"))
        #expect(model.kind == "pix2pix")
        let input = Self.image(channels, side, side) * 2 - 1
        for statistics in Pix2PixConfiguration.Statistics.allCases {
            let output = try model.translator(statistics: statistics)(input)
            let distance = Self.distance(Self.sampled(output), try Self.answer("\(name).\(statistics)"))
            #expect(distance < 1e-3, "\(statistics)")
        }
        #expect(try model.translatorParameters().statistics == .image)
        #expect(try #require(TranslatorArchitecture(model.network)).name == name)
        #expect(throws: ModelError.self) { try model.upscaler() }
    }

    @Test(arguments: [("rrdb-x2", "pth", 2.0), ("compact-x3", "safetensors", 3.0), ("msrresnet-x4", "pth", 4.0)])
    func upscalersMakePyTorchsImages(name: String, ending: String, scale: Double) throws {
        let model = try Model(foreign: Self.fixture("network-\(name).\(ending)"))
        #expect(model.kind == "sr")
        let upscaler = try model.upscaler()
        #expect(upscaler.scale == scale)
        #expect(Self.distance(upscaler(Self.image(3, 10, 13)), try Self.answer(name)) < 1e-4)
        #expect(throws: ModelError.self) { try model.translator() }
    }

    @Test(arguments: ["network-unet_256.pth", "network-rrdb-x2.pth", "ncnn-compact.param"])
    func importedModelsAreFoundAndDoTheSame(_ file: String) throws {
        let shelf = try ModelShelf()
        let model = try Model(foreign: Self.fixture(file))
        try model.write(to: shelf.path + "/imported", name: "mine", license: "BSD-3-Clause")
        let folder = try shelf.store.find("mine")
        #expect(folder.kind == model.kind && folder.license == "BSD-3-Clause")
        #expect(folder.description == model.network.description)
        #expect(folder.provenance["imported"] == file)
        let weights = try Safetensors.read(folder.path + "/model.safetensors").tensors
        #expect(weights.keys.sorted() == model.weights.keys.sorted())
        for (name, tensor) in model.weights { #expect(weights[name]?.values == tensor.values, "\(name)") }
        if model.kind == "sr" {
            let x = Self.image(3, 5, 6)
            #expect(try Model(folder).upscaler()(x).values == model.upscaler()(x).values)
            #expect(throws: ModelError.self) { try Model(folder).translator() }
        } else {
            let x = Self.image(3, 32, 48)
            #expect(try Model(folder).translator()(x).values == model.translator()(x).values)
            #expect(throws: ModelError.self) { try Model(folder).upscaler() }
        }
    }

    /// 16 bits where they hold every number, 32 otherwise.
    @Test func noNumberIsChangedByImporting() throws {
        let shelf = try ModelShelf()
        for (file, bytes) in [("network-rrdb-x2.pth", 2), ("ncnn-compact.param", 4)] {
            let model = try Model(foreign: Self.fixture(file))
            try model.write(to: shelf.path + "/" + file)
            let count = model.weights.values.reduce(0) { $0 + $1.count }
            let size = try shelf.store.find(file).weightBytes
            #expect(size >= count * bytes && size < count * bytes + 120 * model.weights.count + 200, "\(file)")
        }
    }

    @Test func exportedWeightsComeBack() throws {
        let shelf = try ModelShelf()
        let path = shelf.path + "/out.safetensors"
        for file in ["network-unet_128.pth", "network-rrdb-x2.pth", "ncnn-rrdb.bin"] {
            let model = try Model(foreign: Self.fixture(file))
            #expect(try model.export(to: path) == model.weights.count)
            let again = try Model(foreign: path)
            #expect(again.network == model.network)
            for (name, tensor) in model.weights { #expect(again.weights[name]?.values == tensor.values, "\(name)") }
        }
        try shelf.add(ModelShelf.gan, to: "gan")
        #expect(try Model.load("gan", in: [shelf.path]).export(to: path) > 0)
        #expect(throws: ModelError.self) { try Model.load("nothing", in: [shelf.path]) }
    }

    @Test func upscalersWithImpossibleSizesAreRefused() throws {
        let shelf = try ModelShelf()
        try Model(foreign: Self.fixture("network-compact-x3.safetensors")).write(to: shelf.path + "/a")
        for (old, new) in [
            ("\"scale\" : 3", "\"scale\" : 0"), ("\"inputChannels\" : 3", "\"inputChannels\" : 2"),
            ("\"features\" : 5", "\"features\" : 1000000"), ("\"depth\" : 2", "\"depth\" : -1"),
            ("\"depth\" : 2", "\"depth\" : 3"),
        ] {
            try shelf.edit("a", old, new)
            #expect(throws: ModelError.self, "\(new)") { try Model.load("a", in: [shelf.path]).upscaler() }
            try shelf.edit("a", new, old)
        }
        _ = try Model.load("a", in: [shelf.path]).upscaler()
    }
}

extension Model {
    fileprivate init(foreign path: String) throws { try self.init(file: path, among: .known) }
}
