import Atelier
import ConditionalGAN
import Evaluation
import Foundation
import Layers
import Models
import TensorCore
import Testing
import Training

/// Models loaded from their folders, and the words for those that cannot be.
@Suite struct LoadingTests {
    private let shelf: ModelShelf

    init() throws { shelf = try ModelShelf() }

    private func problem(_ folder: String) throws -> String {
        let error = #expect(throws: ModelError.self) {
            let model = try Model.load(shelf.path + "/" + folder, in: [])
            _ = try model.task == .classify ? { _ = try model.classifier() }() : { _ = try model.generator() }()
        }
        return try #require(error).description
    }

    @Test func generatorsComeBackAsTheyWere() throws {
        let path = try shelf.add(ModelShelf.gan, to: "plain")
        let generator = try Model.load(path).generator()
        #expect(generator.latentSize == 4 && generator.channels == 1 && generator.classNames.isEmpty)
        #expect(generator.imageSize == (width: 14, height: 12))
        let images = generator.images(latents: generator.latents(forSeeds: [1, 2, 3]), labels: nil)
        #expect(images.shape == [3, 1, 12, 14])
        let original = Generator(
            ModelShelf.gan.makeGenerator(random: Random(seed: 1)), image: ModelShelf.gan.image)
        let expected = original.images(latents: original.latents(forSeeds: [1, 2, 3]), labels: nil)
        // Weights are stored in half precision.
        #expect((images - expected).absolute().values.allSatisfy { $0 < 1e-3 })

        try shelf.add(ModelShelf.cgan, to: "conditional")
        let conditional = try Model.load("conditional", in: [shelf.path]).generator()
        #expect(conditional.classNames == ["boot", "bag"] && conditional.channels == 3)
        #expect(conditional.images(latents: .zeros([2, 4]), labels: [0, 1]).shape == [2, 3, 16, 16])
    }

    @Test func classifiersComeBackAsTheyWere() throws {
        let classifier = try Model.load(shelf.add(ModelShelf.classifier, to: "judge")).classifier()
        #expect(classifier.classNames == ["boot", "bag"])
        #expect(classifier.classify(.zeros([2, 1, 16, 16])).features.shape == [2, 4])
    }

    @Test func whatMeasuresNIQEIsAModelLikeOthers() throws {
        let tensors: [String: Tensor] = ["mean": .zeros([36]), "covariance": .ones([36, 36])]
        var parameters = NaturalImageQuality.Parameters()
        parameters.blockSize = 32
        try shelf.add(
            ModelManifest(NetworkConfiguration(.niqe, parameters), name: "niqe"), to: "niqe", weights: tensors)
        func quality(_ name: String = "niqe", in folders: [String]) throws -> NaturalImageQuality {
            try Model.load(name, in: folders).naturalImageQuality()
        }
        #expect(try quality(in: [shelf.path]).blockSize == 32)
        let listed = try #require(shelf.store.models.first)
        #expect(listed.kind == "niqe" && listed.image == nil)
        try shelf.edit("niqe", "32", "33")
        #expect(throws: ModelError.self) { try quality(in: [shelf.path]) }
        try shelf.add(ModelShelf.gan, to: "plain")
        let wrong = #expect(throws: ModelError.self) { try quality("plain", in: [shelf.path]) }
        #expect(try #require(wrong).description == "plain is a gan model; a niqe model is needed here.")
        #expect(throws: ModelError.self) { try quality(in: []) }
    }

    @Test func whatMeasuresLPIPSIsAFile() throws {
        let file = shelf.path + "/lpips.safetensors"
        var tensors: [String: Tensor] = [:]
        for (place, number) in [0, 3, 6, 8, 10].enumerated() {
            let kernel = [11, 5, 3, 3, 3][place]
            tensors["net.slice\(place + 1).\(number).weight"] = .ones([2, place == 0 ? 3 : 2, kernel, kernel])
            tensors["net.slice\(place + 1).\(number).bias"] = .zeros([2])
            tensors["lin\(place).model.1.weight"] = .ones([1, 2, 1, 1])
        }
        try Safetensors.write(tensors, to: file, precision: .float32)
        #expect(try shelf.store.perceptualDistance(ofFile: file).backbone == .alex)
        try Safetensors.write(["conv.weight": .ones([2])], to: file, precision: .float32)
        let other = #expect(throws: ModelError.self) { try shelf.store.perceptualDistance(ofFile: file) }
        #expect(try #require(other).description.contains("lpips.LPIPS"))
    }

    @Test func theWrongKindIsNamed() throws {
        let judge = try Model.load(shelf.add(ModelShelf.classifier, to: "judge"))
        let plain = try Model.load(shelf.add(ModelShelf.gan, to: "plain"))
        let first = #expect(throws: ModelError.self) { try judge.generator() }
        #expect(try #require(first).description == "judge is a classifier model; a generator is needed here.")
        let second = #expect(throws: ModelError.self) { try plain.classifier() }
        #expect(try #require(second).description == "plain is a gan model; a classifier is needed here.")
    }

    @Test func missingAndMisshapedTensorsAreNamed() throws {
        var weights = ModelShelf.gan.makeGenerator(random: Random(seed: 1)).state()
        weights["network.main.0.weight"] = nil
        weights["network.main.1.bias"] = .zeros([9])
        weights["extra"] = .zeros([1])
        try shelf.add(ModelShelf.gan.manifest(name: "broken", provenance: [:]), to: "broken", weights: weights)
        let text = try problem("broken")
        #expect(text.contains("The model broken cannot be loaded"))
        #expect(text.contains("missing: network.main.0.weight"))
        #expect(text.contains("unexpected: extra"))
        #expect(text.contains("network.main.1.bias is [9], expected [4]"))
    }

    @Test func aTruncatedWeightsFileIsAnError() throws {
        let path = try shelf.add(ModelShelf.gan, to: "cut") + "/model.safetensors"
        let data = try #require(FileManager.default.contents(atPath: path))
        try data.prefix(data.count / 2).write(to: URL(fileURLWithPath: path))
        #expect(try problem("cut").contains("The model cut cannot be loaded"))
    }

    @Test func aKeyThatIsMissingOrWrongIsNamed() throws {
        try shelf.add(ModelShelf.cgan, to: "a")
        try shelf.edit("a", "\"image\"", "\"images\"")
        #expect(try problem("a").contains("architecture.images is unknown to this version"))
        try shelf.add(ModelShelf.cgan, to: "b")
        try shelf.edit("b", "\"latentSize\" : 4", "\"latentSize\" : \"four\"")
        #expect(try problem("b").contains("architecture.latentSize"))
        try shelf.add(ModelShelf.cgan, to: "c")
        try shelf.edit("c", "\"name\"", "\"title\"")
        #expect(try problem("c").contains("\"name\" is missing"))
        try shelf.edit("c", "\"title\"", "\"extra\" : 1, \"name\"")
        #expect(try problem("c").contains("extra is unknown to this version"))
        try shelf.add(ModelShelf.cgan, to: "d")
        try "{".write(toFile: shelf.path + "/d/config.json", atomically: true, encoding: .utf8)
        #expect(try problem("d").contains("config.json is not a model's"))
    }

    @Test(arguments: [
        ("\"size\" : 16", "\"size\" : 17"), ("\"size\" : 16", "\"size\" : 8"), ("\"size\" : 16", "\"size\" : -16"),
        ("\"size\" : 16", "\"size\" : 1048576"), ("\"channels\" : 3", "\"channels\" : 0"),
        ("\"channels\" : 3", "\"channels\" : 2"), ("\"contentWidth\" : 16", "\"contentWidth\" : 17"),
        ("\"contentHeight\" : 16", "\"contentHeight\" : 0"), ("\"latentSize\" : 4", "\"latentSize\" : 0"),
        ("\"latentSize\" : 4", "\"latentSize\" : 9000000000000"), ("\"width\" : 2", "\"width\" : -2"),
        ("\"width\" : 2", "\"width\" : 4611686018427387904"),
    ])
    func extentsThatNoNetworkCanHaveAreRefusedInWords(old: String, new: String) throws {
        try shelf.add(ModelShelf.cgan, to: "odd")
        try shelf.edit("odd", old, new)
        let text = try problem("odd")
        let key = try #require(new.split(separator: "\"").first)
        #expect(text.contains("config.json: architecture.") && text.contains(key), "\(text)")
    }

    @Test func aConditionalModelWithoutClassesIsRefused() throws {
        var configuration = ModelShelf.cgan
        configuration.classNames = []
        try shelf.add(configuration.manifest(name: "empty", provenance: [:]), to: "empty", weights: [:])
        #expect(try problem("empty").contains("classCount"))
    }

    @Test func anUnknownKindIsNamed() throws {
        try shelf.add(ModelShelf.gan, to: "later")
        try shelf.edit("later", "\"kind\" : \"gan\"", "\"kind\" : \"diffusion\"")
        #expect(try problem("later").contains("diffusion"))
    }
}
