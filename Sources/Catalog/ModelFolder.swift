import Evaluation
import Foundation
import ImageData
import SuperResolution
import Training

/// A model on disk: a folder with `config.json` and `model.safetensors`.
public struct ModelFolder: Sendable {
    /// Where it lies.
    public let path: String
    /// What its `config.json` calls it.
    public let name: String
    /// `gan`, `cgan`, `pix2pix`, `sr`, `classifier` or `niqe`.
    public let kind: String
    /// A line for people; empty when there is none.
    public let description: String
    /// Under which license the weights are; empty when it is not said.
    public let license: String
    /// In the order of the labels; empty for unconditional models.
    public let classNames: [String]
    /// The images that it makes, translates into or recognizes; nil for what takes any.
    public let image: ImageShape?
    /// Numbers in a latent vector; nil for what takes none.
    public let latentSize: Int?
    /// Where it comes from: data, steps, seed, program.
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
            let reason = (error as? DecodingError)?.inWords ?? "\(error)"
            throw CatalogError.notAModel(path: path, reason: "config.json is not a model's: \(reason)")
        }
        name = summary.name
        kind = summary.kind
        description = summary.description ?? ""
        license = summary.license ?? ""
        provenance = summary.provenance ?? [:]
        classNames = summary.configuration.classNames ?? []
        let takesAny = [SuperResolutionConfiguration.kind, NaturalImageQuality.Configuration.kind].contains(kind)
        image = takesAny ? nil : try summary.configuration.format(of: path)
        latentSize = summary.configuration.latentSize
        let weights = try? FileManager.default.attributesOfItem(atPath: path + "/model.safetensors")
        weightBytes = weights?[.size] as? Int ?? 0
    }

    /// Whether it holds a translator back, as those that were learned without pairs do.
    public var translatesBack: Bool { FileManager.default.fileExists(atPath: path(.bToA) + "/config.json") }

    private func path(_ direction: PairDirection) -> String { path + "/" + direction.rawValue }

    /// The model for one direction: this one for `.aToB`, for `.bToA` the one back, which a translator that was learned
    /// without pairs has within its folder.
    ///
    /// - Throws: `CatalogError` when it translates one way only.
    public func translating(_ direction: PairDirection) throws -> ModelFolder {
        if direction == .aToB { return self }
        guard translatesBack else {
            throw CatalogError.unloadable(
                name: name, reason: "it translates one way only: leave out --direction \(direction.rawValue)")
        }
        return try ModelFolder(path: path(direction))
    }

    /// What every kind of model says about itself.
    private struct Summary: Decodable {
        var kind: String
        var name: String
        var description: String?
        var license: String?
        var provenance: [String: String]?
        var configuration: Common

        struct Common: Decodable {
            var image: ImageShape?
            var frame: Frame?
            var classNames: [String]?
            var latentSize: Int?

            /// The form of a translator's pairs.
            struct Frame: Decodable {
                var cropSize: Int
                var targetChannels: Int
            }

            func format(of path: String) throws -> ImageShape {
                if let image { return image }
                if let frame { return ImageShape(size: frame.cropSize, channels: frame.targetChannels) }
                throw CatalogError.notAModel(
                    path: path, reason: "config.json is not a model's: \"configuration.image\" is missing")
            }
        }
    }
}

extension DecodingError {
    /// What is wrong where, by the names of the keys that lead there.
    var inWords: String {
        switch self {
        case .keyNotFound(let key, let context):
            return "\"\((context.codingPath + [key]).map(\.stringValue).joined(separator: "."))\" is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            let place = context.codingPath.map(\.stringValue).joined(separator: ".")
            return place.isEmpty ? context.debugDescription : "\(place): \(context.debugDescription)"
        @unknown default: return "\(self)"
        }
    }
}

/// Why a model could not be found or loaded.
public enum CatalogError: Error, CustomStringConvertible, Sendable {
    /// No model has the name, and no folder.
    case unknownModel(name: String, known: [String], searched: [String])
    /// The folder is there and is no model's.
    case notAModel(path: String, reason: String)
    /// The model cannot do what is asked of it.
    case wrongKind(name: String, kind: String, wanted: String)
    /// The configuration or the weights cannot be read, or do not fit each other.
    case unloadable(name: String, reason: String)

    /// The reason in a sentence or two for the person who asked.
    public var description: String {
        switch self {
        case .unknownModel(let name, let known, let searched):
            let list =
                known.isEmpty
                ? "No models were found in \(searched.joined(separator: ", "))."
                : "Known models: \(known.joined(separator: ", "))."
            return "There is no model called \"\(name)\". \(list) A path to a model folder works too."
        case .notAModel(let path, let reason): return "\(path) is not a model folder: \(reason)."
        case .wrongKind(let name, let kind, let wanted): return "\(name) is a \(kind) model; \(wanted) is needed here."
        case .unloadable(let name, let reason): return "The model \(name) cannot be loaded: \(reason)"
        }
    }
}
