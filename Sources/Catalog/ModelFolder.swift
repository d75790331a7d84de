import Foundation
import Training

/// A model on disk: a folder with `config.json` and `model.safetensors`.
public struct ModelFolder: Sendable {
    public let path: String
    public let name: String
    /// `gan`, `cgan` or `classifier`.
    public let kind: String
    public let description: String
    public let licence: String
    public let classNames: [String]
    public let picture: PictureFormat
    public let latentSize: Int?
    public let provenance: [String: String]
    /// Bytes of the weights.
    public let weightBytes: Int

    /// - Throws: `CatalogError` when the folder holds no model, or one that this version does not know.
    public init(path: String) throws {
        self.path = path
        let file = path + "/config.json"
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CatalogError.notAModel(path: path, reason: "there is no readable config.json in it")
        }
        let summary: Summary
        do {
            summary = try JSONDecoder().decode(Summary.self, from: data)
        } catch {
            throw CatalogError.notAModel(path: path, reason: "config.json is not a model's: \(Self.explain(error))")
        }
        name = summary.name
        kind = summary.kind
        description = summary.description ?? ""
        licence = summary.licence ?? ""
        provenance = summary.provenance ?? [:]
        classNames = summary.configuration.classNames ?? []
        picture = summary.configuration.picture
        latentSize = summary.configuration.latentSize
        let weights = try? FileManager.default.attributesOfItem(atPath: path + "/model.safetensors")
        weightBytes = weights?[.size] as? Int ?? 0
    }

    private static func explain(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        switch error {
        case .keyNotFound(let key, _): return "\"\(key.stringValue)\" is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            let place = context.codingPath.map(\.stringValue).joined(separator: ".")
            return place.isEmpty ? context.debugDescription : "\(place): \(context.debugDescription)"
        @unknown default: return "\(error)"
        }
    }

    /// What every kind of model says about itself.
    private struct Summary: Decodable {
        var kind: String
        var name: String
        var description: String?
        var licence: String?
        var provenance: [String: String]?
        var configuration: Common

        struct Common: Decodable {
            var picture: PictureFormat
            var classNames: [String]?
            var latentSize: Int?
        }
    }
}

/// Why a model could not be found or loaded.
public enum CatalogError: Error, CustomStringConvertible, Sendable {
    case unknownModel(name: String, known: [String], searched: [String])
    case notAModel(path: String, reason: String)
    case wrongKind(name: String, kind: String, wanted: String)
    case unloadable(name: String, reason: String)

    public var description: String {
        switch self {
        case .unknownModel(let name, let known, let searched):
            let list = known.isEmpty
                ? "No models were found in \(searched.joined(separator: ", "))."
                : "Known models: \(known.joined(separator: ", "))."
            return "There is no model called \"\(name)\". \(list) A path to a model folder works too."
        case .notAModel(let path, let reason): return "\(path) is not a model folder: \(reason)."
        case .wrongKind(let name, let kind, let wanted): return "\(name) is a \(kind) model; \(wanted) is needed here."
        case .unloadable(let name, let reason): return "The model \(name) cannot be loaded: \(reason)"
        }
    }
}
