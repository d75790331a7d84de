import Catalog
import ForeignWeights
import Foundation
import Layers
import Pix2Pix
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
        let model = try ForeignModel(path: Self.fixture("network-\(name).\(ending)"))
        #expect(model.kind == "pix2pix")
        let input = Self.image(channels, side, side) * 2 - 1
        for statistics in Pix2PixConfiguration.Statistics.allCases {
            let output = try model.translator(statistics: statistics).translator(input)
            let distance = Self.distance(Self.sampled(output), try Self.answer("\(name).\(statistics)"))
            #expect(distance < 1e-3, "\(statistics)")
        }
        let usual = try model.translator()
        #expect(usual.configuration.statistics == .image)
        #expect(usual.configuration.generator.name == name)
        #expect(throws: CatalogError.self) { try model.upscaler() }
    }

    @Test(arguments: [("rrdb-x2", "pth", 2.0), ("compact-x3", "safetensors", 3.0), ("msrresnet-x4", "pth", 4.0)])
    func upscalersMakePyTorchsImages(name: String, ending: String, scale: Double) throws {
        let model = try ForeignModel(path: Self.fixture("network-\(name).\(ending)"))
        #expect(model.kind == "sr")
        let (upscaler, _) = try model.upscaler()
        #expect(upscaler.scale == scale)
        #expect(Self.distance(upscaler(Self.image(3, 10, 13)), try Self.answer(name)) < 1e-4)
        #expect(throws: CatalogError.self) { try model.translator() }
    }

    @Test(arguments: ["network-unet_256.pth", "network-rrdb-x2.pth", "ncnn-compact.param"])
    func importedModelsAreFoundAndDoTheSame(_ file: String) throws {
        let shelf = try ModelShelf()
        let model = try ForeignModel(path: Self.fixture(file))
        try model.write(to: shelf.path + "/imported", name: "mine", license: "BSD-3-Clause")
        let folder = try Catalog.find("mine", in: [shelf.path])
        #expect(folder.kind == model.kind && folder.license == "BSD-3-Clause")
        #expect(folder.description == model.network.description)
        #expect(folder.provenance["imported"] == file)
        let weights = try Safetensors.read(folder.path + "/model.safetensors").tensors
        #expect(weights.keys.sorted() == model.tensors.keys.sorted())
        for (name, tensor) in model.tensors { #expect(weights[name]?.values == tensor.values, "\(name)") }
        if model.kind == "sr" {
            let x = Self.image(3, 5, 6)
            #expect(try Catalog.upscaler(folder).upscaler(x).values == model.upscaler().upscaler(x).values)
            #expect(throws: CatalogError.self) { try Catalog.translator(folder) }
        } else {
            let x = Self.image(3, 32, 48)
            #expect(try Catalog.translator(folder).translator(x).values == model.translator().translator(x).values)
            #expect(throws: CatalogError.self) { try Catalog.upscaler(folder) }
        }
    }

    /// 16 bits where they hold every number, 32 otherwise.
    @Test func noNumberIsChangedByImporting() throws {
        let shelf = try ModelShelf()
        for (file, bytes) in [("network-rrdb-x2.pth", 2), ("ncnn-compact.param", 4)] {
            let model = try ForeignModel(path: Self.fixture(file))
            try model.write(to: shelf.path + "/" + file)
            let count = model.tensors.values.reduce(0) { $0 + $1.count }
            let size = try ModelFolder(path: shelf.path + "/" + file).weightBytes
            #expect(size >= count * bytes && size < count * bytes + 120 * model.tensors.count + 200, "\(file)")
        }
    }

    @Test func exportedWeightsComeBack() throws {
        let shelf = try ModelShelf()
        let path = shelf.path + "/out.safetensors"
        for file in ["network-unet_128.pth", "network-rrdb-x2.pth", "ncnn-rrdb.bin"] {
            let model = try ForeignModel(path: Self.fixture(file))
            #expect(try Catalog.export(Self.fixture(file), to: path, in: []) == model.tensors.count)
            let again = try ForeignModel(path: path)
            #expect(again.network == model.network)
            for (name, tensor) in model.tensors { #expect(again.tensors[name]?.values == tensor.values, "\(name)") }
        }
        try shelf.add(ModelShelf.gan, to: "gan")
        #expect(try Catalog.export("gan", to: path, in: [shelf.path]) > 0)
        #expect(throws: CatalogError.self) { try Catalog.export("nothing", to: path, in: [shelf.path]) }
    }

    @Test func upscalersWithImpossibleSizesAreRefused() throws {
        let shelf = try ModelShelf()
        try ForeignModel(path: Self.fixture("network-compact-x3.safetensors")).write(to: shelf.path + "/a")
        for (old, new) in [
            ("\"scale\" : 3", "\"scale\" : 0"), ("\"inputChannels\" : 3", "\"inputChannels\" : 2"),
            ("\"features\" : 5", "\"features\" : 1000000"), ("\"depth\" : 2", "\"depth\" : -1"),
            ("\"depth\" : 2", "\"depth\" : 3"),
        ] {
            try shelf.edit("a", old, new)
            let folder = try Catalog.find("a", in: [shelf.path])
            #expect(throws: CatalogError.self, "\(new)") { try Catalog.upscaler(folder) }
            try shelf.edit("a", new, old)
        }
        _ = try Catalog.upscaler(try Catalog.find("a", in: [shelf.path]))
    }
}
