import Foundation
import Layers
import TensorCore
import Testing
import Models

/// Model folders as they are written and read.
@Suite struct ModelManifestTests {
    @Test func whatIsWrittenIsRead() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "manifest-\(UUID().uuidString)/model"
        )
        .path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let manifest = ModelManifest(
            kind: "cgan", name: "boots", description: "Boots/shoes", license: "Apache-2.0",
            provenance: ["steps": "12"], configuration: ImageShape(size: 32, channels: 1))
        let weights = ["a": Tensor([0.5, -3], shape: [2])]
        try manifest.write(to: folder, weights: weights)

        let copy = try ModelManifest<ImageShape>.read(from: folder)
        #expect(copy.kind == "cgan" && copy.name == "boots" && copy.description == "Boots/shoes")
        #expect(copy.license == "Apache-2.0" && copy.provenance == ["steps": "12"])
        #expect(copy.configuration == manifest.configuration)
        let read = try Safetensors.read(folder + "/model.safetensors").tensors
        #expect(read.mapValues(\.values) == weights.mapValues(\.values))
        let json = try String(contentsOfFile: folder + "/config.json", encoding: .utf8)
        #expect(json.contains("Boots/shoes") && json.hasSuffix("}\n"))
    }

    @Test func theSameModelGivesTheSameBytesAndReplacesTheOldOne() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("manifest-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func write(_ name: String) throws -> [Data?] {
            let manifest = ModelManifest(
                kind: "gan", name: name, provenance: ["b": "2", "a": "1"],
                configuration: ImageShape(size: 16, channels: 1))
            try manifest.write(to: folder, weights: ["w": .ones([4]), "v": .zeros([2])])
            return ["config.json", "model.safetensors"].map { FileManager.default.contents(atPath: folder + "/" + $0) }
        }
        let first = try write("one")
        #expect(try write("two") != first)
        #expect(try write("one") == first)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
    }

    @Test func aFolderThatIsNoModelIsAnError() {
        #expect(throws: (any Error).self) { try ModelManifest<ImageShape>.read(from: "/nowhere/at/all") }
    }
}
