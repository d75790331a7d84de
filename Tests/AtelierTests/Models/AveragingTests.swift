import Atelier
import Evaluation
import Foundation
import Layers
import Models
import TensorCore
import Testing

/// Models whose weights are the means of others'.
@Suite struct AveragingTests {
    private let shelf: ModelShelf

    init() throws { shelf = try ModelShelf() }

    private func weights(_ folder: String) throws -> [String: Tensor] {
        try Safetensors.read(shelf.path + "/" + folder + "/model.safetensors").tensors
    }

    private func add(_ folders: [String]) throws {
        for (seed, folder) in folders.enumerated() {
            try shelf.add(
                ModelShelf.cgan.manifest(name: folder, provenance: [:]), to: folder,
                weights: ModelShelf.cgan.makeGenerator(random: Random(seed: UInt64(seed))).state())
        }
    }

    @Test func everyNumberIsTheMean() throws {
        try add(["one", "two", "three"])
        try shelf.store.average(["one", "two", "three"], name: "mean", to: shelf.path + "/result")
        let parts = try ["one", "two", "three"].map(weights)
        for (name, found) in try weights("result") {
            let sum = try parts.map { try #require($0[name]) }.reduce(.zeros(found.shape), +)
            #expect((found - sum.scaled(by: 1 / 3)).absolute().values.allSatisfy { $0 < 1e-3 }, "\(name)")
        }
        let model = try shelf.store.find("result")
        #expect(model.name == "mean" && model.license == "Apache-2.0" && model.classNames == ["boot", "bag"])
        #expect(model.provenance["mean of"] == "one, two, three")
        #expect(try Model(model).generator().images(latents: .zeros([1, 4]), labels: [1]).shape == [1, 3, 16, 16])
    }

    @Test func sharesMayBeUnequalAndNegative() throws {
        try add(["one", "two"])
        try shelf.store.average(["one", "two"], shares: [1.5, -0.5], to: shelf.path + "/beyond")
        let (one, two) = try (weights("one"), weights("two"))
        for (name, found) in try weights("beyond") {
            let wanted = try #require(one[name]).scaled(by: 1.5) - (try #require(two[name])).scaled(by: 0.5)
            #expect((found - wanted).absolute().values.allSatisfy { $0 < 2e-3 }, "\(name)")
        }
        #expect(try shelf.store.find("beyond").provenance["mean of"] == "1.5 · one, -0.5 · two")
    }

    @Test func withItselfAModelStaysWhatItIs() throws {
        let path = try shelf.add(ModelShelf.classifier, to: "judge")
        try ModelStore([]).average([path, path], to: shelf.path + "/same")
        #expect(
            try Data(contentsOf: URL(fileURLWithPath: path + "/model.safetensors"))
                == Data(contentsOf: URL(fileURLWithPath: shelf.path + "/same/model.safetensors")))
    }

    @Test func whatWasKeptInFourBytesIsKeptSo() throws {
        try add(["halves"])
        let finer = try weights("halves").mapValues { $0.scaled(by: 1.0001) }
        try Safetensors.write(finer, to: shelf.path + "/halves/model.safetensors", precision: .float32)
        try shelf.store.average(["halves", "halves"], to: shelf.path + "/same")
        #expect(try shelf.store.find("same").weightBytes == shelf.store.find("halves").weightBytes)
    }

    @Test func anotherArchitectureIsNamed() throws {
        try add(["one"])
        try shelf.add(ModelShelf.gan, to: "plain")
        let error = #expect(throws: ModelError.self) {
            try shelf.store.average(["one", "plain"], to: shelf.path + "/result")
        }
        #expect(try #require(error).description.contains("plain"))
        #expect(!FileManager.default.fileExists(atPath: shelf.path + "/result"))
    }

    @Test func aCopyKeepsWhatIsKnownInHalfTheSpace() throws {
        try add(["one"])
        try shelf.store.copy(
            "one", name: "gift", license: "CC-BY-4.0", precision: .float16, to: shelf.path + "/small")
        let model = try shelf.store.find("small")
        #expect(model.name == "gift" && model.license == "CC-BY-4.0" && model.classNames == ["boot", "bag"])
        let (found, source) = try (weights("small"), weights("one"))
        for (name, tensor) in source {
            let half = try #require(found[name])
            #expect((half - tensor).absolute().values.allSatisfy { $0 < 1e-3 }, "\(name)")
        }
        func bytes(_ folder: String) throws -> Int {
            try Data(contentsOf: URL(fileURLWithPath: shelf.path + "/\(folder)/model.safetensors")).count
        }
        try shelf.store.copy("one", precision: .float32, to: shelf.path + "/large")
        let numbers = source.values.reduce(0) { $0 + $1.count }
        #expect(try bytes("large") - bytes("small") == 2 * numbers)
    }
}
