import ForeignWeights
import Foundation
import ImageData
import Layers
import TensorCore

/// A model that has been read and not been built yet: from it a generator, a translator, an upscaler or a classifier is
/// taken, whichever it is.
///
///     let model = try Model.load("photo-x4")
///     let upscaler = try model.upscaler()
public struct Model: Sendable {
    /// What it is called, also in files that it makes.
    public let name: String
    /// What network it is, with its parameters.
    public let network: NetworkConfiguration
    /// In the order of the labels; empty where there are none.
    public let classNames: [String]
    /// By PyTorch's names.
    public let weights: [String: Tensor]
    /// Where it lies: a folder or a file.
    public let path: String
    /// What kind of file it came from; nil for a model folder.
    public let fileFormat: ForeignWeights.Format?
    /// Whether there is a translator back beside it.
    public let translatesBack: Bool
    /// How it was trained; empty where that is not known.
    let training: JSONValue

    /// What a model is for.
    public var task: ModelTask { network.architecture.family.task }
    /// `gan`, `cgan`, `pix2pix`, `sr`, `classifier` or `niqe`.
    public var kind: String { network.architecture.family.kind }
    /// What can be said of the network without building it.
    public var facts: NetworkFacts { network.parameters.facts }

    /// The model of a name, in the folder of a path (a model's or a run's), or in a file that another program wrote:
    /// PyTorch's `.pth` and `.pt`, `.safetensors`, ncnn's `.param` and `.bin`.
    ///
    /// - Parameters:
    ///   - direction: which of two translators, where there are two.
    ///   - store: where names are looked for, and which networks are known.
    /// - Throws: ``ModelError``, or `ForeignWeightsError` for a file that cannot be read or whose network is not known.
    public static func load(
        _ nameOrPath: String, direction: PairDirection = .aToB, from store: ModelStore
    ) throws -> Model {
        if direction == .aToB, isFile(nameOrPath) {
            return try Model(file: nameOrPath, among: store.architectures)
        }
        let folder = try store.find(nameOrPath)
        guard direction == .bToA else { return try Model(folder) }
        guard folder.translatesBack else { throw ModelError.oneWay(name: folder.name) }
        return try Model(ModelFolder(path: folder.path(.bToA), among: store.architectures))
    }

    /// Whether there is a file of that name, rather than a folder or nothing.
    package static func isFile(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
    }

    /// Reads a model folder. Weights are read when they are first needed.
    ///
    /// - Throws: ``ModelError``.
    public init(_ folder: ModelFolder) throws(ModelError) {
        name = folder.name
        network = try folder.network.get()
        classNames = folder.classNames
        path = folder.path
        fileFormat = nil
        translatesBack = folder.translatesBack
        training = folder.manifest.training
        do { weights = try Safetensors.open(folder.path + "/" + ModelManifest.weightsFile).tensors } catch {
            throw .unloadable(name: folder.name, reason: "\(error)")
        }
    }

    /// Reads a file and recognizes its network. The file's name without its ending is the model's.
    ///
    /// - Throws: `ForeignWeightsError` when it cannot be read or its network is not known.
    public init(file: String, among architectures: [Architecture]) throws(ForeignWeightsError) {
        let foreign = try ForeignWeights(path: file)
        let detected = try architectures.detect(foreign)
        name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
        network = detected.configuration
        classNames = []
        weights = detected.tensors
        path = file
        fileFormat = foreign.format
        translatesBack = false
        training = .object([:])
    }

    private init(_ model: Model, weights: [String: Tensor]) {
        name = model.name
        network = model.network
        classNames = model.classNames
        self.weights = weights
        path = model.path
        fileFormat = model.fileFormat
        translatesBack = model.translatesBack
        training = model.training
    }

    /// A part of the record of the training; nil where there is none.
    ///
    /// - Throws: ``ModelError`` when it is there and cannot be understood.
    package func trained<Value: Decodable>(_ key: String, as type: Value.Type) throws(ModelError) -> Value? {
        guard let value = training[key: key] else { return nil }
        return try naming { try value.decoded(as: type) }
    }

    // MARK: Networks

    /// The network with the model's weights.
    ///
    /// - Throws: ``ModelError`` when the model is for something else or its weights do not fit.
    package func built<Network>(
        for task: ModelTask, as type: Network.Type = Network.self
    ) throws(ModelError) -> Network {
        try check(task)
        return try naming {
            let module = try network.makeNetwork(random: Random(seed: 0))
            try module.load(weights)
            guard let fitting = module as? Network else { throw wrongKind(task) }
            return fitting
        }
    }

    /// - Throws: ``ModelError`` when the model is for something else.
    package func check(_ task: ModelTask) throws(ModelError) {
        guard self.task == task else { throw wrongKind(task) }
    }

    package func wrongKind(_ task: ModelTask) -> ModelError { .wrongKind(name: name, kind: kind, wanted: task.noun) }

    /// Runs what fails when the model is broken.
    package func naming<Value>(_ body: () throws -> Value) throws(ModelError) -> Value {
        do { return try body() } catch let error as ModelError { throw error } catch let error as DecodingError {
            throw .unloadable(name: name, reason: "config.json: \(error.inWords)")
        } catch { throw .unloadable(name: name, reason: "\(error)") }
    }

    // MARK: Blending

    /// A network between two: `share` of this one's weights and the rest of the other's, as Real-ESRGAN blends its
    /// general models to set how much noise is removed.
    ///
    /// - Throws: ``ModelError`` when they are not of one architecture.
    public func blended(with other: Model, share: Double) throws(ModelError) -> Model {
        guard network == other.network, hasShapes(of: other) else {
            throw .unloadable(
                name: other.name,
                reason: "only networks of the same architecture can be blended, and \(self.name) is of another one")
        }
        let mixed = weights.merging(other.weights) { own, foreign in
            own.scaled(by: Float(share)) + foreign.scaled(by: Float(1 - share))
        }
        return Model(self, weights: mixed)
    }

    func hasShapes(of other: Model) -> Bool { weights.mapValues(\.shape) == other.weights.mapValues(\.shape) }
}
