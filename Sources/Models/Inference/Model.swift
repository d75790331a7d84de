import ForeignWeights
import Foundation
import ImageData
import Layers
import Memory
import TensorCore

/// A model that is loaded but not yet built. Take the generator, translator, upscaler or classifier from it.
///
///     let model = try Model.load("photo-x4")
///     let upscaler = try model.upscaler()
public struct Model: Sendable {
    /// Its name, which also appears in files that it makes.
    public let name: String
    /// The network and its parameters.
    package let network: NetworkConfiguration
    /// The classes in label order; empty if there are none.
    public let classNames: [String]
    /// The tensors by PyTorch's names.
    package let weights: [String: Tensor]
    /// The path of its folder or file.
    public let path: String
    /// The format of its file; nil for a model folder.
    package let fileFormat: ForeignWeights.Format?
    /// Where in its file the weights lie; nil for a model folder, and for a file of nothing else.
    public let source: WeightSource?
    /// The license of the weights; empty if unknown. A file of another program has that of most files with its network.
    public let license: String
    /// Whether it also has a translator in the opposite direction.
    public let translatesBack: Bool
    /// The record of its training; empty if unknown.
    let training: JSONValue
    /// Whether it is used although some of its weights are NaN or infinite.
    package var allowsNonFinite = false

    /// The task of the model.
    public var task: ModelTask { network.architecture.family.task }
    /// `gan`, `cgan`, `pix2pix`, `sr`, `classifier` or `niqe`.
    public var kind: String { network.architecture.family.kind }
    /// The facts that are known without building the network.
    package var facts: NetworkFacts { network.parameters.facts }

    /// Loads the model with a name, in a folder (of a model or a run), or in a file of another program: PyTorch's
    /// `.pth` and `.pt`, StyleGAN's `.pkl`, `.safetensors`, ncnn's `.param` and `.bin`.
    ///
    /// - Parameters:
    ///   - nameOrPath: the name, the folder or the file.
    ///   - direction: which translator, if the model has two.
    ///   - store: the folders to search, and the known networks.
    /// - Throws: ``ModelError``, or `ForeignWeightsError` for a file that cannot be read or whose network is unknown.
    public static func load(
        _ nameOrPath: String, direction: PairDirection = .aToB, from store: ModelStore
    ) throws -> Model {
        var model = try found(nameOrPath, direction, in: store)
        model.allowsNonFinite = store.allowsNonFinite
        return model
    }

    private static func found(_ nameOrPath: String, _ direction: PairDirection, in store: ModelStore) throws -> Model {
        if direction == .aToB, isFile(nameOrPath) {
            return try Model(file: nameOrPath, among: store.architectures)
        }
        let folder = try store.find(nameOrPath)
        guard direction == .bToA else { return try Model(folder) }
        guard folder.translatesBack else { throw ModelError.oneWay(name: folder.name) }
        return try Model(ModelFolder(path: folder.path(.bToA), among: store.architectures))
    }

    /// Whether the path is a file.
    package static func isFile(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
    }

    /// Reads a model folder. Weights are read when they are first needed.
    ///
    /// - Throws: ``ModelError``.
    package init(_ folder: ModelFolder) throws(ModelError) {
        name = folder.name
        network = try folder.network.get()
        classNames = folder.classNames
        path = folder.path
        fileFormat = nil
        source = nil
        license = folder.license
        translatesBack = folder.translatesBack
        training = folder.manifest.training
        do {
            weights = try MemoryJob.run { try Safetensors.open(folder.path + "/" + ModelManifest.weightsFile).tensors }
        } catch {
            throw .unloadable(name: folder.name, reason: "\(error)")
        }
    }

    /// Reads a file and detects its network. The name of the model is the name of the file without its extension.
    ///
    /// - Throws: `ForeignWeightsError` when it cannot be read or its network is not known.
    package init(file: String, among architectures: [Architecture]) throws(ForeignWeightsError) {
        try self.init(Self.inJob(file) { try ForeignWeights(path: file) }, among: architectures)
    }

    /// Detects the network of a file that was read.
    ///
    /// - Throws: `ForeignWeightsError` when it is not known.
    package init(_ foreign: ForeignWeights, among architectures: [Architecture]) throws(ForeignWeightsError) {
        let file = foreign.path
        let detected = try Self.inJob(file) { try architectures.detect(foreign) }
        name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
        network = detected.configuration
        // Files know the number of classes, not their names.
        classNames = (0..<detected.configuration.parameters.facts.classCount).map { "\($0)" }
        weights = detected.tensors
        path = file
        fileFormat = foreign.format
        source = detected.source
        license = foreign.statedLicense ?? network.architecture.license ?? ""
        translatesBack = false
        training = .object([:])
    }

    private static func inJob<Result>(
        _ file: String, _ body: () throws -> Result
    ) throws(ForeignWeightsError) -> Result {
        do { return try MemoryJob.run(body) } catch let error as ForeignWeightsError { throw error } catch {
            throw ForeignWeightsError(error, path: file)
        }
    }

    private init(_ model: Model, weights: [String: Tensor]) {
        name = model.name
        network = model.network
        classNames = model.classNames
        self.weights = weights
        path = model.path
        fileFormat = model.fileFormat
        source = model.source
        license = model.license
        translatesBack = model.translatesBack
        training = model.training
        allowsNonFinite = model.allowsNonFinite
    }

    /// A part of the training record; nil if there is none.
    ///
    /// - Throws: ``ModelError`` if it exists but cannot be parsed.
    package func trained<Value: Decodable>(_ key: String, as type: Value.Type) throws(ModelError) -> Value? {
        guard let value = training[key: key] else { return nil }
        return try naming { try value.decoded(as: type) }
    }

    // MARK: Networks

    /// The network with the model's weights.
    ///
    /// - Throws: ``ModelError`` if the model has another task or its weights do not fit.
    package func built<Network>(
        for task: ModelTask, as type: Network.Type = Network.self
    ) throws(ModelError) -> Network {
        try check(task)
        return try naming {
            try MemoryJob.run {
                let module = try network.makeNetwork(random: Random(seed: 0))
                try module.load(usableWeights())
                guard let fitting = module as? Network else { throw wrongKind(task) }
                return fitting
            }
        }
    }

    /// - Throws: ``ModelError`` if the model has another task.
    package func check(_ task: ModelTask) throws(ModelError) {
        guard self.task == task else { throw wrongKind(task) }
    }

    package func wrongKind(_ task: ModelTask) -> ModelError { .wrongKind(name: name, kind: kind, wanted: task.noun) }

    /// Runs a closure and adds the model's name to its errors.
    package func naming<Value>(_ body: () throws -> Value) throws(ModelError) -> Value {
        do { return try body() } catch let error as ModelError { throw error } catch let error as DecodingError {
            throw .unloadable(name: name, reason: "config.json: \(error.inWords)")
        } catch { throw .unloadable(name: name, reason: "\(error)") }
    }

    // MARK: Blending

    /// A network between two: `share` of the weights of this one plus the rest of the other's. Real-ESRGAN blends its
    /// general models this way to control how much noise is removed.
    ///
    /// - Throws: ``ModelError`` if they have different architectures.
    public func blended(with other: Model, share: Double) throws(ModelError) -> Model {
        guard canBlend(with: other) else {
            throw .unloadable(
                name: other.name,
                reason: "only networks of the same architecture can be blended, and \(self.name) is of another one")
        }
        let mixed = weights.merging(other.weights) { own, foreign in
            own.scaled(by: Float(share)) + foreign.scaled(by: Float(1 - share))
        }
        return Model(self, weights: mixed)
    }

    /// Whether both have one architecture and tensors of the same shapes.
    package func canBlend(with other: Model) -> Bool { network == other.network && hasShapes(of: other) }

    func hasShapes(of other: Model) -> Bool { weights.mapValues(\.shape) == other.weights.mapValues(\.shape) }
}
