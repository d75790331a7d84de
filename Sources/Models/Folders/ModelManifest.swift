import Files
import Foundation
import Layers
import TensorCore

/// The contents of `config.json` in a model folder; the weights are beside it in `model.safetensors`.
package struct ModelManifest: Codable, Sendable, Hashable {
    /// The number of the format that is written. Earlier formats can be read, too.
    package static let format = 2

    /// The number of the format.
    package private(set) var format = ModelManifest.format
    /// The family of models that it belongs to: `gan`, `cgan`, `pix2pix`, `sr`, `classifier`, `niqe`.
    package var kind: String
    /// The name of the model, which also appears in files that it makes.
    package var name: String
    /// A short description.
    package var description = ""
    /// The license of the weights, such as `Apache-2.0`.
    package var license = ""
    /// Everything that inference needs: the network, by its `id`, and its parameters.
    package var architecture: JSONValue
    /// A record of the training, which inference does not use.
    package var training = JSONValue.object([:])
    /// The names of the classes in label order; empty if there are none.
    package var classes: [String] = []
    /// The smallest and the largest image value of the network, for input and output.
    package var valueRange: [Double] = [-1, 1]
    /// The origin of the model: data, steps, seed, version of the program.
    package var provenance: [String: String] = [:]

    /// A manifest for a network.
    package init(
        _ network: NetworkConfiguration, name: String, description: String = "", license: String = "",
        classes: [String] = [], provenance: [String: String] = [:]
    ) {
        let family = network.architecture.family
        kind = family.kind
        self.name = name
        self.description = description
        self.license = license
        architecture = network.json
        self.classes = classes
        valueRange = [family.valueRange.lowerBound, family.valueRange.upperBound]
        self.provenance = provenance
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case format, kind, name, description, license, architecture, training, classes, valueRange, provenance
    }

    /// Reads the current format.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func member<Value: Decodable>(_ key: CodingKeys, default value: Value) throws -> Value {
            try container.contains(key) ? container.decode(Value.self, forKey: key) : value
        }
        format = try container.decode(Int.self, forKey: .format)
        guard format == Self.format else {
            throw DecodingError.dataCorruptedError(
                forKey: .format, in: container,
                debugDescription: "this version reads the formats 1 to \(Self.format), not \(format)")
        }
        kind = try container.decode(String.self, forKey: .kind)
        name = try container.decode(String.self, forKey: .name)
        architecture = try container.decode(JSONValue.self, forKey: .architecture)
        description = try member(.description, default: description)
        license = try member(.license, default: license)
        training = try member(.training, default: training)
        classes = try member(.classes, default: classes)
        valueRange = try member(.valueRange, default: valueRange)
        provenance = try member(.provenance, default: provenance)
        let known = Set(CodingKeys.allCases.map(\.rawValue))
        let members = try decoder.singleValueContainer().decode(JSONValue.self).members
        if let unknown = members.keys.sorted().first(where: { !known.contains($0) }) {
            throw DecodingError.dataCorrupted(
                .init(codingPath: [], debugDescription: "\(unknown) is unknown to this version"))
        }
    }

    // MARK: Folders

    /// `config.json`.
    package static let configurationFile = "config.json"
    /// The key in ``provenance`` of where an imported file comes from.
    package static let originKey = "source"
    /// `model.safetensors`.
    package static let weightsFile = "model.safetensors"

    /// Writes the folder; each file is written completely or not at all.
    package func write(
        to folder: String, weights: [String: Tensor], precision: Safetensors.Precision = .float16
    ) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let json = try encoder.encode(self) + Data("\n".utf8)
        try Safetensors.write(weights, to: folder + "/" + Self.weightsFile, precision: precision)
        try AtomicFile.write([UInt8](json), to: folder + "/" + Self.configurationFile)
    }

    /// Reads a folder's `config.json`, of any format.
    ///
    /// - Throws: `FileReadError` if it is missing or is no regular file; `DecodingError` if it is not JSON, does not
    ///   describe a model, or is newer than this version.
    package static func read(from folder: String) throws -> ModelManifest {
        let data = Data(try InputFile(folder + "/" + configurationFile, .regular).readAll(limit: 64 << 20))
        return try FirstFormat.upgraded(JSONDecoder().decode(JSONValue.self, from: data)).decoded()
    }
}

extension ModelManifest {
    /// The same with a record of the training.
    ///
    /// - Parameters:
    ///   - settings: the settings that determined the weights. Members of its `training` move up one level.
    ///   - left: the names of members that are stored elsewhere.
    package func recording(_ settings: some Encodable, without left: Set<String> = []) throws -> ModelManifest {
        var manifest = self
        var members = try JSONValue(encoding: settings).members.filter { !left.contains($0.key) }
        for (key, value) in members.removeValue(forKey: "training")?.members ?? [:] { members[key] = value }
        manifest.training = .object(members)
        return manifest
    }
}
