import Foundation
import Layers
import Models
import TensorCore
import Testing

/// Model folders as they are written and read.
@Suite struct ModelManifestTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("manifest-\(UUID().uuidString)")
        .path

    @Test func whatIsWrittenIsRead() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var manifest = ModelManifest(
            NetworkConfiguration(.band), name: "boots", description: "Boots/shoes", license: "Apache-2.0",
            classes: ["left", "right"], provenance: ["steps": "12"])
        manifest.training = .object([
            "seed": .large(.max), "rate": .number(0.1), "layers": .array([.integer(1), .null, .boolean(true)]),
        ])
        let weights = ["a": Tensor([0.5, -3], shape: [2])]
        try manifest.write(to: folder, weights: weights)

        #expect(try ModelManifest.read(from: folder) == manifest)
        #expect(manifest.kind == "band" && manifest.valueRange == [0, 1] && manifest.format == 2)
        let read = try Safetensors.read(folder + "/model.safetensors").tensors
        #expect(read.mapValues(\.values) == weights.mapValues(\.values))
        let json = try String(contentsOfFile: folder + "/config.json", encoding: .utf8)
        #expect(json.contains("Boots/shoes") && json.hasSuffix("}\n"))
    }

    @Test func theSameModelGivesTheSameBytesAndReplacesTheOldOne() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func write(_ name: String) throws -> [Data?] {
            let manifest = ModelManifest(NetworkConfiguration(.band), name: name, provenance: ["b": "2", "a": "1"])
            try manifest.write(to: folder, weights: ["w": .ones([4]), "v": .zeros([2])])
            return ["config.json", "model.safetensors"].map { FileManager.default.contents(atPath: folder + "/" + $0) }
        }
        let first = try write("one")
        #expect(try write("two") != first)
        #expect(try write("one") == first)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
    }

    @Test func aFolderThatIsNoModelIsAnError() {
        #expect(throws: (any Error).self) { try ModelManifest.read(from: "/nowhere/at/all") }
    }

    /// A pipe without a writer must not stop the program, nor a file without end.
    @Test func onlyRegularFilesAreRead() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let file = folder + "/config.json"
        func reason() -> String {
            do { return try ModelFolder(path: folder, among: [.band]).name } catch { return "\(error)" }
        }
        #expect(mkfifo(file, 0o600) == 0)
        #expect(reason().contains("it is not a regular file"))
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: "/dev/zero")
        #expect(reason().contains("it is not a regular file"))
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: true)
        #expect(reason().contains("config.json is not a model's"))
        try FileManager.default.removeItem(atPath: file)
        #expect(FileManager.default.createFile(atPath: file, contents: nil))
        #expect(reason().contains("config.json is not a model's"))
    }

    private func problem(_ json: String) -> String {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try json.write(toFile: folder + "/config.json", atomically: true, encoding: .utf8)
            try Safetensors.write(["layer.weight": .ones([2, 1])], to: folder + "/model.safetensors")
            return try "\(Model(ModelFolder(path: folder, among: [.band])).network)"
        } catch { return "\(error)" }
    }

    private static let whole = """
        {"format": 2, "kind": "band", "name": "b", "classes": [], "valueRange": [0, 1], "training": {},
        "architecture": {"id": "band", "width": 3, "depth": 1}}
        """

    private func problem(_ old: String, _ new: String) -> String { problem(Self.whole.replacing(old, with: new)) }

    @Test func whatIsLeftOutHasADefault() {
        #expect(problem(Self.whole) == "3 wide, 1 deep")
        #expect(problem(#""width": 3, "#, "") == "2 wide, 1 deep")
        #expect(problem(#", "classes": []"#, "") == "3 wide, 1 deep")
        #expect(problem(#""id": "band""#, #""id": "ribbon""#) == "3 wide, 1 deep")
        #expect(problem(#""training": {}"#, #""training": {"of any": ["shape", 1]}"#) == "3 wide, 1 deep")
    }

    @Test(arguments: [
        (#""name": "b""#, #""name": "b", "extra": 1"#, "extra is unknown to this version"),
        (#""width""#, #""hight""#, "architecture.hight is unknown to this version"),
        (#""id": "band""#, #""id": "bend""#, "architecture.id is “bend”"),
        (#""id": "band", "#, "", "architecture.id is missing"),
        (#""width": 3"#, #""width": 0"#, "architecture.width is 0, it must be from 1 to 8"),
        (#""width": 3"#, #""width": "wide""#, "architecture.width"),
        ("[]", #"["a"]"#, "classes has 1 names"), (#""format": 2"#, #""format": 3"#, "reads the formats 1 to 2"),
        (#""kind": "band""#, #""kind": "bond""#, "the kind “bond” is unknown"),
        ("[0, 1]", "[0, 255]", "valueRange is [0.0, 255.0]"), (#""name": "b", "#, "", #""name" is missing"#),
    ])
    func whatIsNotKnownIsRefused(old: String, new: String, words: String) {
        #expect(problem(old, new).contains(words), "\(problem(old, new))")
    }
}

/// A network that is known to these tests alone.
struct BandParameters: NetworkParameters {
    var width = 2
    var depth = 1
    var facts: NetworkFacts { NetworkFacts() }
}

extension Architecture {
    static let band = Architecture(
        id: "band", aliases: ["ribbon"], family: ModelFamily(kind: "band", task: .upscale, valueRange: 0...1),
        parameters: BandParameters.self,
        limits: { sizes throws(ParameterError) in try ParameterError.check("width", sizes.width, in: 1...8) },
        words: { "\($0.width) wide, \($0.depth) deep" },
        make: { Linear($0.width, $0.depth, random: $1) })
}
