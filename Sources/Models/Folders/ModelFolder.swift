import Foundation
import ImageData

/// A model on disk: a folder with `config.json` and `model.safetensors`.
public struct ModelFolder: Sendable {
    /// Where it lies.
    public let path: String
    /// What its `config.json` says.
    public let manifest: ModelManifest
    /// The network; an error where this version does not know it.
    let network: Result<NetworkConfiguration, ModelError>
    /// Bytes of the weights.
    public let weightBytes: Int

    /// What its `config.json` calls it.
    public var name: String { manifest.name }
    /// `gan`, `cgan`, `pix2pix`, `sr`, `classifier` or `niqe`.
    public var kind: String { manifest.kind }
    /// A line for people; empty when there is none.
    public var description: String { manifest.description }
    /// Under which license the weights are; empty when it is not said.
    public var license: String { manifest.license }
    /// In the order of the labels; empty for unconditional models.
    public var classNames: [String] { manifest.classes }
    /// Where it comes from: data, steps, seed, program.
    public var provenance: [String: String] { manifest.provenance }
    /// The images that it makes, translates into or recognizes; nil for what takes any.
    public var image: ImageShape? { facts?.image }
    /// Numbers in a latent vector; nil for what takes none.
    public var latentSize: Int? { facts?.latentSize }

    private var facts: NetworkFacts? { try? network.get().parameters.facts }

    /// - Parameter architectures: the networks that are known.
    /// - Throws: ``ModelError`` when the folder holds no model.
    public init(path: String, among architectures: [Architecture]) throws(ModelError) {
        self.path = path
        guard FileManager.default.isReadableFile(atPath: path + "/" + ModelManifest.configurationFile) else {
            throw .notAModel(path: path, reason: "there is no readable config.json in it")
        }
        let manifest: ModelManifest
        do { manifest = try ModelManifest.read(from: path) } catch {
            let reason = (error as? DecodingError)?.inWords ?? "\(error)"
            throw .notAModel(path: path, reason: "config.json is not a model's: \(reason)")
        }
        self.manifest = manifest
        network = Result { () throws(ModelError) in try manifest.network(among: architectures) }
        let weights = try? FileManager.default.attributesOfItem(atPath: path + "/" + ModelManifest.weightsFile)
        weightBytes = weights?[.size] as? Int ?? 0
    }

    /// Whether there are both files that a model consists of.
    static func isModel(_ path: String) -> Bool {
        [ModelManifest.configurationFile, ModelManifest.weightsFile].allSatisfy {
            FileManager.default.fileExists(atPath: path + "/" + $0)
        }
    }

    /// Whether it holds a translator back, as those that were learned without pairs do.
    public var translatesBack: Bool {
        FileManager.default.fileExists(atPath: path(.bToA) + "/" + ModelManifest.configurationFile)
    }

    /// Where the translator of a direction lies.
    func path(_ direction: PairDirection) -> String {
        direction == .aToB ? path : path + "/" + direction.rawValue
    }
}

extension ModelManifest {
    /// The network that is described.
    ///
    /// - Throws: ``ModelError`` when it is not known or cannot be built, or when another member contradicts it.
    func network(among architectures: [Architecture]) throws(ModelError) -> NetworkConfiguration {
        func unloadable(_ reason: String) -> ModelError { .unloadable(name: name, reason: "config.json: \(reason)") }
        guard let family = architectures.first(where: { $0.family.kind == kind })?.family else {
            throw unloadable("the kind “\(kind)” is not known to this version")
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
