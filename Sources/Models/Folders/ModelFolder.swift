import Files
import Foundation
import ImageData

/// A model on disk: a folder with `config.json` and `model.safetensors`.
public struct ModelFolder: Sendable {
    /// The path of the folder.
    public let path: String
    /// The contents of its `config.json`.
    package let manifest: ModelManifest
    /// The network, or an error if this version does not know it.
    let network: Result<NetworkConfiguration, ModelError>
    /// Bytes of the weights.
    public let weightBytes: Int

    /// The name in its `config.json`.
    public var name: String { manifest.name }
    /// `gan`, `cgan`, `pix2pix`, `sr`, `classifier` or `niqe`.
    public var kind: String { manifest.kind }
    /// A short description; empty if there is none.
    public var description: String { manifest.description }
    /// The license of the weights; empty if unknown.
    public var license: String { manifest.license }
    /// The classes in label order; empty for unconditional models.
    public var classNames: [String] { manifest.classes }
    /// Its origin: data, steps, seed, program.
    public var provenance: [String: String] { manifest.provenance }
    /// The form of the images that it generates or recognizes; nil if it accepts any form.
    public var image: ImageShape? { facts?.image }
    /// The size of a latent vector; nil for models without one.
    public var latentSize: Int? { facts?.latentSize }

    private var facts: NetworkFacts? { try? network.get().parameters.facts }

    /// - Parameter architectures: the known networks.
    /// - Throws: ``ModelError`` if the folder holds no model.
    package init(path: String, among architectures: [Architecture]) throws(ModelError) {
        self.path = path
        guard FileManager.default.isReadableFile(atPath: path + "/" + ModelManifest.configurationFile) else {
            throw .notAModel(path: path, reason: "there is no readable config.json in it")
        }
        let manifest: ModelManifest
        do { manifest = try ModelManifest.read(from: path) } catch {
            let reason = (error as? DecodingError)?.inWords ?? (error as? FileReadError)?.reason ?? "\(error)"
            throw .unloadable(name: path, reason: "config.json is not a model's: \(reason)")
        }
        self.manifest = manifest
        network = Result { () throws(ModelError) in try manifest.network(among: architectures) }
        let weights = try? FileManager.default.attributesOfItem(atPath: path + "/" + ModelManifest.weightsFile)
        weightBytes = weights?[.size] as? Int ?? 0
    }

    /// Whether both files of a model exist.
    static func isModel(_ path: String) -> Bool {
        [ModelManifest.configurationFile, ModelManifest.weightsFile].allSatisfy {
            FileManager.default.fileExists(atPath: path + "/" + $0)
        }
    }

    /// The file that a folder lacks to be a model, if it has the other one.
    static func missingFile(_ path: String) -> String? {
        if FileManager.default.fileExists(atPath: path + "/" + ModelManifest.weightsFile) {
            return ModelManifest.configurationFile
        }
        // A run has a config.json, too, which is not a model's.
        return (try? ModelManifest.read(from: path)) == nil ? nil : ModelManifest.weightsFile
    }

    /// Whether it also contains the translator in the opposite direction, as models trained without pairs do.
    public var translatesBack: Bool {
        FileManager.default.fileExists(atPath: path(.bToA) + "/" + ModelManifest.configurationFile)
    }

    /// The path of the translator for a direction.
    func path(_ direction: PairDirection) -> String {
        direction == .aToB ? path : path + "/" + direction.rawValue
    }
}

extension ModelManifest {
    /// The described network.
    ///
    /// - Throws: ``ModelError`` if it is unknown or impossible, or if another member contradicts it.
    func network(among architectures: [Architecture]) throws(ModelError) -> NetworkConfiguration {
        func unloadable(_ reason: String) -> ModelError { .unloadable(name: name, reason: "config.json: \(reason)") }
        guard let family = architectures.first(where: { $0.family.kind == kind })?.family else {
            throw unloadable("the kind “\(kind)” is unknown to this version")
        }
        let network: NetworkConfiguration
        do throws(ParameterError) {
            network = try NetworkConfiguration(architecture, kind: kind, among: architectures)
            try network.check()
        } catch { throw unloadable("architecture.\(error)") }
        let count = network.parameters.facts.classCount
        guard classes.count == count else {
            throw unloadable("classes has \(classes.count) names, and architecture.classCount is \(count)")
        }
        guard valueRange == [family.valueRange.lowerBound, family.valueRange.upperBound] else {
            throw unloadable("valueRange is \(valueRange), and \(kind) models have \(family.valueRange)")
        }
        return network
    }
}
