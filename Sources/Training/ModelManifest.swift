import Files
import Foundation
import Layers
import TensorCore

/// What a model folder says about itself in `config.json`; the weights lie beside it in `model.safetensors`.
public struct ModelManifest<Configuration: Codable & Sendable>: Codable, Sendable {
    /// Chooses the module that can load the model: `gan`, `cgan`, `classifier`.
    public var kind: String
    /// What the model is called, also in the files that it makes.
    public var name: String
    /// A line for people.
    public var description: String?
    /// Under which license the weights are, such as `Apache-2.0`.
    public var license: String?
    /// Where the model comes from: data, steps, seed, the program's version.
    public var provenance: [String: String]
    /// The network and how it was trained.
    public var configuration: Configuration

    /// What is not given is left out of the file.
    public init(
        kind: String, name: String, description: String? = nil, license: String? = nil,
        provenance: [String: String] = [:], configuration: Configuration
    ) {
        self.kind = kind
        self.name = name
        self.description = description
        self.license = license
        self.provenance = provenance
        self.configuration = configuration
    }

    /// `config.json`.
    public static var configurationFile: String { "config.json" }
    /// `model.safetensors`.
    public static var weightsFile: String { "model.safetensors" }

    /// Writes the folder; each file appears whole or not at all.
    public func write(
        to folder: String, weights: [String: Tensor], precision: Safetensors.Precision = .float16
    ) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let json = try encoder.encode(self) + Data("\n".utf8)
        try Safetensors.write(weights, to: folder + "/" + Self.weightsFile, precision: precision)
        try AtomicFile.write([UInt8](json), to: folder + "/" + Self.configurationFile)
    }

    /// Reads a folder's `config.json`.
    ///
    /// - Throws: when it is missing, no JSON, or a configuration of another kind.
    public static func read(from folder: String) throws -> ModelManifest {
        let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + configurationFile))
        return try JSONDecoder().decode(ModelManifest.self, from: data)
    }
}
